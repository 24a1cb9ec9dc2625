// Reads an event stream (WHATWG HTML, section 9.2.6), piece by piece as it arrives.

export type Message = { event: string; data: string; id: string }

/** Call it with each piece of text; gives the messages that it completes. Keeps the last id, also of messages without data. */
export function createParser(): { read(piece: string): Message[]; lastId(): string } {
  let rest = ''
  let id = ''
  let event = ''
  let data: string[] = []

  function take(line: string): Message | undefined {
    if (line === '') {
      const message = data.length > 0 ? { event: event || 'message', data: data.join('\n'), id } : undefined
      event = ''
      data = []
      return message
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    else if (field === 'id') id = value
    return undefined
  }

  return {
    read(piece) {
      const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      return lines.map(take).filter((message) => message !== undefined)
    },
    lastId: () => id,
  }
}
