// Input that breaks a rule of the contract. Answered with 422.
import Type from 'typebox'

/** The message says which rule and never what was sent: it goes into a header and into the log. */
export class InvalidInput extends Error {
  override name = 'InvalidInput'
  readonly statusCode = 422
}

/** The header of every 422, as the document shows it. */
export const VALIDATION_ERROR = Type.Object({
  'X-Validation-Error': Type.String({
    description: 'The rule that was broken, as in `nick must not be empty`.',
  }),
})
