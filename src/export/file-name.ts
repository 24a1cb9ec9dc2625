// What a file is called, for any system and any header.

/** Letters, digits and `. _ -` alone, of any language; at most 50 characters of the room's name, for a file name ends at 255 bytes. */
const OTHERS = /[^\p{L}\p{M}\p{N}._]+/gu
const LONGEST = 50

/** `attendance-daily-2026-11-22.csv`; `dates` are the first and the last day that it is about. */
export function fileName(room: string, dates: string[], extension: string): string {
  const plain = decoded(room).normalize('NFC').replace(OTHERS, '-')
  const name =
    Array.from(plain)
      .slice(0, LONGEST)
      .join('')
      .replace(/^[-.]+|[-.]+$/g, '') || 'room'
  return `${['attendance', name, ...new Set(dates)].join('-')}.${extension}`
}

/** RFC 6266: a name in ASCII for old clients, the true one for all others. */
export function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/g, '_')
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`
}

/** Jitsi's room names are percent-encoded. One that hides control characters, which a terminal obeys, stays as it is. */
export function decoded(room: string): string {
  try {
    const plain = decodeURIComponent(room)
    return /\p{Cc}/u.test(plain) ? room : plain
  } catch {
    return room
  }
}
