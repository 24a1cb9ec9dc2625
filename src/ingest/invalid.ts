// Input that breaks a rule of the contract. Answered with 422.

/** The message says which rule and never what was sent: it goes into a header and into the log. */
export class InvalidInput extends Error {
  override name = 'InvalidInput'
  readonly statusCode = 422
}
