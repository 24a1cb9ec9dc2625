// How schemas are checked: the rules JSON Schema lacks, and a sentence for each rule that was broken.
import { _, Ajv, type ErrorObject, type Options } from 'ajv'
import type { Static, TObject } from 'typebox'
import { parseInstant } from './fields.ts'
import { InvalidInput } from './invalid.ts'

/** Nothing is coerced, removed or filled in: what was sent is judged as it was sent. */
const strict = createAjv({})
/** A query string holds text alone, so a number is read from it, and defaults are filled in. */
const reading = createAjv({ coerceTypes: true, useDefaults: true })
const hasty = createAjv({ allErrors: false })

/** `part` is what the value is called where it is no object at all. */
export type Part = 'body' | 'path' | 'query'

/** Compiles a schema to a function that returns a value that fits, and throws InvalidInput for any other. */
export function checker<T extends TObject>(schema: T, part: Part): (value: unknown) => Static<T> {
  return checkerWith(part === 'query' ? reading : strict, schema, part)
}

/** The same for a long list: names the first error that is met, and looks no further. */
export function checkerOfMany<T extends TObject>(schema: T, part: Part): (value: unknown) => Static<T> {
  return checkerWith(hasty, schema, part)
}

function checkerWith<T extends TObject>(ajv: Ajv, schema: T, part: Part): (value: unknown) => Static<T> {
  const check = ajv.compile<Static<T>>(schema)
  const fields = Object.keys(schema.properties)
  return (value) => {
    if (check(value)) return value
    throw new InvalidInput(sentence(check.errors ?? [], fields, part))
  }
}

function createAjv(options: Options): Ajv {
  const formats = { instant: (time: string) => time === '' || parseInstant(time) !== null }
  // All errors, so that the first field can be named in the order in which the contract lists them.
  const ajv = new Ajv({ formats, allowUnionTypes: true, allErrors: true, ...options })
  return ajv.addKeyword({
    keyword: 'maxBytes',
    type: 'string',
    schemaType: 'number',
    error: { message: 'too many bytes', params: ({ schema }) => _`{ limit: ${schema} }` },
    // No character takes more than 3 bytes for each of its UTF-16 units.
    compile: (max: number) => (text: string) => text.length * 3 <= max || Buffer.byteLength(text) <= max,
  })
}

type Broken = Pick<ErrorObject, 'keyword' | 'instancePath' | 'params'>

/** What was wrong with the first of `fields`, as in `nick must not be empty`; never what was sent. */
function sentence(errors: Broken[], fields: string[], part: Part): string {
  const unknown = errors.some(({ keyword }) => keyword === 'additionalProperties')
  if (unknown) return `the ${part} takes nothing${fields.length > 0 ? ` but ${fields.join(', ')}` : ''}`
  const position = (broken: Broken) => fields.indexOf(fieldOf(broken).split('/')[0] ?? '')
  const [first] = errors.toSorted((one, other) => position(one) - position(other))
  if (!first || fieldOf(first) === '') return `the ${part} must be a JSON object`
  return `${fieldOf(first)} ${RULES[first.keyword]?.(first.params) ?? 'is not valid'}`
}

function fieldOf({ keyword, instancePath, params }: Broken): string {
  const missing = keyword === 'required' ? `/${String(params['missingProperty'])}` : ''
  return `${instancePath}${missing}`.slice(1)
}

const RULES: Record<string, (params: Broken['params']) => string> = {
  required: () => 'is required',
  type: ({ type }) =>
    String(type).startsWith('integer,') ? NO_INSTANT : `must be ${TYPES[String(type)] ?? 'valid'}`,
  minLength: () => 'must not be empty',
  maxBytes: ({ limit }) => `must be at most ${String(limit)} bytes of UTF-8`,
  pattern: () => 'must not contain control characters',
  enum: ({ allowedValues }) => `must be ${(allowedValues as unknown[]).filter(Boolean).join(' or ')}`,
  format: () => NO_INSTANT,
  maxItems: ({ limit }) => `must hold at most ${String(limit)} entries`,
  minimum: ({ limit }) => `must be at least ${String(limit)}`,
  maximum: ({ limit }) => `must be at most ${String(limit)}`,
}

const NO_INSTANT = 'must be epoch milliseconds or an RFC 3339 time'
const TYPES: Record<string, string> = {
  string: 'a string',
  'string,null': 'a string',
  object: 'a JSON object',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
}
