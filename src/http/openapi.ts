// The OpenAPI 3.1 document, put together from what the routes say of themselves.
import type { RouteOptions } from 'fastify'
import Type, { type TObject, type TSchema } from 'typebox'
import packageJson from '../../package.json' with { type: 'json' }
import { TAGS, type Answer, type Example, type Operation } from '../operation.ts'
import { SHARED, type SharedAnswer } from './answers.ts'
import type { Access } from './auth.ts'
import { COOKIE } from './session.ts'

type Json = { [key: string]: unknown }
type Named = Record<string, Json>

export type OpenApi = {
  openapi: string
  info: Json
  servers: Json[]
  tags: Json[]
  paths: Record<string, Named>
  components: Record<'schemas' | 'responses' | 'securitySchemes', Named>
}

/** Throws for a route that says nothing of itself, an id used twice, and two schemas with one title. */
export function openApi(routes: RouteOptions[]): OpenApi {
  const schemas = new Schemas()
  const paths: Record<string, Named> = {}
  const ids = new Set<string>()
  for (const { method, url, config } of routes) {
    // Fastify answers HEAD wherever there is a GET.
    if (method === 'HEAD') continue
    if (!config || config.describes.length === 0) throw new Error(`${String(method)} ${url} is not described`)
    for (const operation of config.describes) {
      if (ids.has(operation.id)) throw new Error(`two operations are called ${operation.id}`)
      ids.add(operation.id)
      const path = (paths[operation.path ?? url.replaceAll(/:(\w+)/g, '{$1}')] ??= {})
      for (const one of [method].flat()) path[one.toLowerCase()] = describe(operation, config.access, schemas)
    }
  }
  return {
    openapi: '3.1.1',
    info: INFO,
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      responses: Object.fromEntries(
        Object.entries(SHARED).map(([name, shared]) => [name, component(shared, schemas)]),
      ),
      schemas: schemas.titled,
      securitySchemes: SECURITY,
    },
  }
}

function describe(operation: Operation, access: Access, schemas: Schemas): Json {
  const { id, tag, summary, description, params, query, headers, body, answers, examples = {} } = operation
  const judged = body !== undefined && !operation.forgiving
  const call = { access, hasBody: judged, hasInput: judged || params !== undefined || query !== undefined }
  const parameters = [
    ...parametersOf('path', params, examples, schemas),
    ...parametersOf('query', query, examples, schemas),
    ...parametersOf('header', headers, examples, schemas),
  ]
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    security: access === 'open' ? [] : WAYS_IN[access],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: requestBody(body, examples, schemas) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(SHARED)
          .filter(([, shared]) => shared.meets(call))
          .map(([name, { status }]) => [status, { $ref: `#/components/responses/${name}` }]),
      ),
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [
          status,
          response(Number(status) === 400 ? orUnreadable(answer) : answer, examples, Number(status), schemas),
        ]),
      ),
    },
  }
}

function parametersOf(
  place: 'path' | 'query' | 'header',
  object: TObject | undefined,
  examples: Record<string, Example>,
  schemas: Schemas,
): Json[] {
  if (!object) return []
  const part = ({ path: 'params', query: 'query', header: 'headers' } as const)[place]
  const needed = new Set(object.required)
  return Object.entries(object.properties).map(([name, property]) => {
    const { description, ...schema } = schemas.show(property)
    const values = Object.entries(examples).flatMap(([example, { [part]: given }]) =>
      given?.[name] === undefined ? [] : [[example, { value: given[name] }] as const],
    )
    return {
      name,
      in: place,
      ...(description !== undefined && { description }),
      required: place === 'path' || (needed.has(name) && !('default' in schema)),
      schema,
      ...(values.length > 0 && { examples: Object.fromEntries(values) }),
    }
  })
}

function requestBody(body: TObject, examples: Record<string, Example>, schemas: Schemas): Json {
  const values = Object.entries(examples).map(([name, { body }]) => [name, { value: body }] as const)
  const content = { schema: schemas.show(body), examples: Object.fromEntries(values) }
  return { required: true, content: { 'application/json': content } }
}

function response(
  { description, content, headers }: Answer,
  examples: Record<string, Example>,
  status: number,
  schemas: Schemas,
): Json {
  const shown = Object.entries(content).map(([type, schema]) => {
    const values = Object.entries(examples)
      .filter(([, example]) => example.status === status && (example.type ?? 'application/json') === type)
      .map(([name, { answer }]) => [name, { value: answer }] as const)
    return [
      type,
      { schema: schemas.show(schema), ...(values.length > 0 && { examples: Object.fromEntries(values) }) },
    ]
  })
  return {
    description,
    ...(headers && { headers: headersOf(headers, schemas) }),
    content: Object.fromEntries(shown),
  }
}

function headersOf({ properties }: TObject, schemas: Schemas): Json {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const { description, ...schema } = schemas.show(property)
      return [name, { ...(description !== undefined && { description }), required: true, schema }]
    }),
  )
}

/** A verdict with 400 does not take away that any request can be none. */
function orUnreadable({ description, content, headers }: Answer): Answer {
  const unreadable = problem(SHARED['Unreadable']?.word ?? '')
  const own = content['application/json']
  const schema = own ? Type.Union([own, unreadable]) : unreadable
  return { description, ...(headers && { headers }), content: { ...content, 'application/json': schema } }
}

function component({ status, word, description, headers, examples }: SharedAnswer, schemas: Schemas): Json {
  const answers = Object.entries(examples).map(([name, message]): [string, Example] => [
    name,
    { status, answer: { status: word, message } },
  ])
  const answer = { description, content: { 'application/json': problem(word) }, ...(headers && { headers }) }
  return response(answer, Object.fromEntries(answers), status, schemas)
}

function problem(word: string): TObject {
  return Type.Object({ status: Type.Literal(word), message: Type.String() })
}

/** Schemas as the document shows them: one with a `title` stands among the components, once. */
class Schemas {
  readonly titled: Named = {}

  show(schema: TSchema): Json {
    return this.#show(JSON.parse(JSON.stringify(schema))) as Json
  }

  #show(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#show(one))
    if (typeof value !== 'object' || value === null) return value
    const { maxBytes, title, ...rest } = value as { maxBytes?: number; title?: unknown }
    const shown: Json = Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, this.#show(one)]))
    // The limit is in bytes of UTF-8, which JSON Schema cannot say; no text has more characters than bytes.
    if (maxBytes !== undefined) Object.assign(shown, { maxLength: maxBytes, 'x-maxBytes': maxBytes })
    if (title === undefined) return shown
    if (typeof title !== 'string') return { title: this.#show(title), ...shown }
    const known = this.titled[title]
    if (known && JSON.stringify(known) !== JSON.stringify(shown)) throw new Error(`two schemas are ${title}`)
    this.titled[title] = shown
    return { $ref: `#/components/schemas/${title}` }
  }
}

const INFO = {
  title: 'Rollcall',
  version: packageJson.version,
  summary: packageJson.description,
  license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
  description: `Everything that enters and everything that can be asked.

- Where the server has tokens, calls carry one of them: an ingest token writes, a read token reads, an admin token does both. Where it has none, calls come from its own machine.
- A call is judged in this order: path and method exist, authorised, well-formed, valid, verdict. Another method is 405 with \`Allow\`, an unknown path 404.
- A JID or session in a path is everything after the last fixed part, percent-decoded exactly once. Encode it whole: \`/\` as \`%2F\`, \`%\` as \`%25\`.
- Texts hold no control characters. Their limits, \`x-maxBytes\`, are in bytes of UTF-8. Over a limit is 422, never a silent cut.
- In what is sent, absent, \`null\` and \`""\` all mean "not known", and unknown fields are ignored. In answers, what is not known is \`null\`; later versions may add fields.
- Times are RFC 3339 in UTC with milliseconds.`,
}

/** In a session the dashboard reads; nothing is written with a cookie. */
const WAYS_IN = {
  ingest: [{ ingestToken: [] }, { adminToken: [] }],
  read: [{ readToken: [] }, { adminToken: [] }, { session: [] }],
}

const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description })
const SECURITY = {
  ingestToken: bearer('One of ROLLCALL_INGEST_TOKEN: writes, and does not read.'),
  readToken: bearer('One of ROLLCALL_READ_TOKEN: reads, and does not write.'),
  adminToken: bearer('One of ROLLCALL_ADMIN_TOKEN: does both.'),
  session: { type: 'apiKey', in: 'cookie', name: COOKIE, description: "The dashboard's login: reads." },
}
