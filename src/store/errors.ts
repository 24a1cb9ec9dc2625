// Why a store could not do what it was asked. Each says what happened to the request: nothing.

/** The commit failed or could not start; nothing was applied. Asking again later is right. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable'
}

/** Too much is waiting already; the request was not taken. */
export class StoreBusy extends StoreUnavailable {
  override name = 'StoreBusy'
}

/** The database cannot be opened as it stands. `code` is stable (docs/errors.md), the message says what to do. */
export class OpenError extends Error {
  override name = 'OpenError'
  readonly code: OpenErrorCode

  constructor(code: OpenErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

export const OPEN_ERROR_CODES = [
  'DATABASE_FOLDER_MISSING',
  'DATABASE_NOT_WRITABLE',
  'DATABASE_NOT_SQLITE',
  'DATABASE_FOREIGN',
  'DATABASE_NEWER',
  'DATABASE_OLDER',
  'DATABASE_LOCKED',
  'DATABASE_UNREACHABLE',
  'DATABASE_UNUSABLE',
  'DATABASE_MISSING',
  'DATABASE_OCCUPIED',
  'DATABASE_DIFFERS',
  'DATABASE_UNFINISHED',
] as const
export type OpenErrorCode = (typeof OPEN_ERROR_CODES)[number]

/** Half a ledger is none: it would number its events anew. */
export function unfinishedCopy(name: string): OpenError {
  return new OpenError(
    'DATABASE_UNFINISHED',
    `${name} holds a copy that was not finished. Run the same rollcall copy again, or choose another database.`,
  )
}
