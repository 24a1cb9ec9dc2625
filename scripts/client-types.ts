// The types of the client, from the OpenAPI document: a type for each schema that has a name, and for what each GET may
// be asked. openapi-typescript needs TypeScript's compiler API, which TypeScript 7 does not have.
import { format } from 'prettier'

type Schema = {
  $ref?: string
  type?: string | string[]
  description?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  patternProperties?: Record<string, Schema>
  items?: Schema
}
type Parameter = { name: string; in: string; required: boolean; description?: string; schema: Schema }
type Operation = { operationId: string; parameters?: Parameter[] }
export type Described = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

/** The source of src/client/types.ts. Throws on a schema that it cannot say in TypeScript. */
export function clientTypes({ paths, components }: Described): Promise<string> {
  const schemas = Object.entries(components.schemas).map(([name, schema]) => declaration(name, schema))
  const queries = Object.values(paths).flatMap(({ get }) => (get ? queryOf(get) : []))
  const head = '// Made from docs/openapi.json by `npm run openapi`; not to be changed by hand.\n'
  const style = { parser: 'typescript', semi: false, singleQuote: true, printWidth: 110 }
  return format([head, ...schemas, ...queries].join('\n'), style)
}

function declaration(name: string, schema: Schema): string {
  return `${comment(schema)}export type ${name} = ${typeOf(schema)}\n`
}

/** What a GET may be asked, as ListRoomsQuery. */
function queryOf({ operationId, parameters = [] }: Operation): string[] {
  const asked = parameters.filter((parameter) => parameter.in === 'query')
  if (asked.length === 0) return []
  const properties = asked.map(({ name, description, schema }) => [
    name,
    { ...schema, ...(description !== undefined && { description }) },
  ])
  const required = asked.filter((parameter) => parameter.required).map(({ name }) => name)
  const name = `${operationId[0]?.toUpperCase()}${operationId.slice(1)}Query`
  return [declaration(name, { type: 'object', properties: Object.fromEntries(properties), required })]
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.anyOf) return schema.anyOf.map((one) => `(${typeOf(one)})`).join(' | ')
  if (Array.isArray(schema.type)) {
    return schema.type.map((type) => `(${typeOf({ ...schema, type })})`).join(' | ')
  }
  return (NAMED[schema.type ?? 'unknown'] ?? unsayable)(schema)
}

const NAMED: Record<string, (schema: Schema) => string> = {
  string: () => 'string',
  integer: () => 'number',
  number: () => 'number',
  boolean: () => 'boolean',
  null: () => 'null',
  unknown: () => 'unknown',
  array: ({ items = {} }) => `(${typeOf(items)})[]`,
  object: objectOf,
}

function objectOf({ properties = {}, required = [], patternProperties }: Schema): string {
  const [named] = Object.values(patternProperties ?? {})
  if (named) return `Record<string, ${typeOf(named)}>`
  const fields = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : '?'
    return `${comment(schema)}${JSON.stringify(name)}${optional}: ${typeOf(schema)}`
  })
  return `{\n${fields.join('\n')}\n}`
}

function unsayable(schema: Schema): never {
  throw new Error(`no TypeScript for ${JSON.stringify(schema)}`)
}

function comment({ description }: Schema): string {
  return description === undefined ? '' : `/** ${description.replaceAll('*/', '*\\/')} */\n`
}
