// Which of two forms a client asks for (RFC 9110, section 12.5.1).

/**
 * Whether `wanted` is named, and weighs more than `other` where that is named too. A wildcard alone names neither, so
 * who accepts anything gets what is usual.
 */
export function prefers(accept: string | undefined, wanted: string, other: string): boolean {
  return weight(accept, wanted) > weight(accept, other)
}

function weight(accept = '', type: string): number {
  const ranges = accept.toLowerCase().split(',')
  const [, ...parameters] = ranges
    .map((range) => range.split(';').map(trimmed))
    .find(([name]) => name === type) ?? ['', 'q=0']
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  return q === undefined ? 1 : Number(q.slice(2)) || 0
}

function trimmed(text: string): string {
  return text.trim()
}
