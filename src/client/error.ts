// What a server refuses, as an error.

export class RollcallError extends Error {
  override name = 'RollcallError'
  /** The HTTP status. */
  readonly status: number
  /** The status word of the answer, such as `unauthorized`, `not-found` or `busy`; see docs/errors.md. */
  readonly word: string
  /** Which rule the input broke, where it did. */
  readonly validationError: string | null

  constructor(status: number, word: string, message: string, validationError: string | null = null) {
    super(message)
    this.status = status
    this.word = word
    this.validationError = validationError
  }
}

/** Reads the answer to its end. What is no answer of Rollcall, such as a proxy's, is an `error` too. */
export async function errorOf(answer: Response): Promise<RollcallError> {
  const text = await answer.text().catch(() => '')
  const { status = 'error', message = `${answer.status} ${answer.statusText}` } = parse(text)
  return new RollcallError(answer.status, status, message, answer.headers.get('x-validation-error'))
}

function parse(text: string): { status?: string; message?: string } {
  try {
    return (JSON.parse(text) ?? {}) as { status?: string; message?: string }
  } catch {
    return {}
  }
}
