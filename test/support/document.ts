// Holds every answer that a test receives from a server of ours against docs/openapi.json. An answer that the document
// does not describe, down to its last field and header, fails the test.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { PAGES } from '../../src/http/web.ts'

export const DOCUMENT = join(import.meta.dirname, '../../docs/openapi.json')

type Json = { [key: string]: unknown }
type Response = { $ref?: string; headers?: Record<string, Json>; content?: Record<string, Json> }
type Operation = { operationId: string; responses: Record<string, Response> }
export type Document = Json & {
  paths: Record<string, Record<string, Operation>>
  components: { responses: Record<string, Response>; schemas: Record<string, Json> }
}

export type ReceivedAnswer = {
  method: string
  /** As it was sent, with or without a query. */
  path: string
  status: number
  headers: Record<string, string>
  /** Null where it was not read. */
  body: string | null
}

/** What is wrong with an answer; undefined where nothing is. */
type Check = (answer: ReceivedAnswer) => string | undefined

const origins = new Set<string>()
const wrong: string[] = []
let complaintAbout: Check | undefined

/** From now on, what `fetch` and `exchange` receive from this server is checked. */
export function holdToDocument(url: string): void {
  if (origins.size === 0) {
    globalThis.fetch = checked(globalThis.fetch)
    // A test may catch what fetch throws; it fails all the same.
    process.on('exit', () => {
      if (wrong.length === 0) return
      console.error(wrong.join('\n'))
      process.exitCode = 1
    })
  }
  origins.add(new URL(url).origin)
}

/** Throws if the answer comes from such a server and the document does not describe it. */
export function checkAnswer(origin: string, answer: ReceivedAnswer): void {
  if (!origins.has(origin)) return
  complaintAbout ??= heldTo(JSON.parse(readFileSync(DOCUMENT, 'utf8')) as Document)
  const complaint = complaintAbout(answer)
  if (complaint === undefined) return
  const [path] = answer.path.slice(0, 200).split('?', 1)
  wrong.push(`${answer.method} ${path} ${answer.status}: ${complaint}\n${answer.body?.slice(0, 500)}`)
  throw new Error(`not as docs/openapi.json says: ${wrong.at(-1)}`)
}

function checked(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const answer = await fetch(input, init)
    const url = new URL(input instanceof Request ? input.url : input)
    if (!origins.has(url.origin)) return answer
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET')
    const headers = Object.fromEntries(answer.headers)
    // A stream has no end to wait for. What breaks off is for the test to notice.
    const endless = headers['content-type']?.startsWith('text/event-stream')
    const body = endless
      ? null
      : await answer
          .clone()
          .text()
          .catch(() => null)
    checkAnswer(url.origin, { method, path: url.pathname, status: answer.status, headers, body })
    return answer
  }
}

export function heldTo(document: Document): Check {
  const held = new Held(document)
  return (answer) => held.complaint(answer)
}

/** A document, and the checks made from it so far. */
class Held {
  readonly #document: Document
  readonly #ajv = new Ajv2020({ strict: false, validateSchema: false })
  readonly #paths: { pattern: RegExp; operations: Record<string, Operation> }[]
  readonly #checks = new Map<string, ValidateFunction>()

  constructor(document: Document) {
    this.#document = document
    addFormats.default(this.#ajv)
    this.#ajv.addSchema(closed(document) as object, 'document')
    // An identifier may hold raw slashes, so the path that says most is tried first.
    this.#paths = Object.entries(document.paths)
      .toSorted(([one], [other]) => other.length - one.length)
      .map(([path, operations]) => ({ pattern: patternOf(path), operations }))
  }

  complaint({ method, path: target, status, headers, body }: ReceivedAnswer): string | undefined {
    const [path = ''] = target.split('?', 1)
    const found = this.#paths.filter(({ pattern }) => pattern.test(path))
    const name = method === 'HEAD' ? 'get' : method.toLowerCase()
    const operation = found.find(({ operations }) => name in operations)?.operations[name]
    // The dashboard's page and its files are no part of the API.
    if (!operation && (PAGES.includes(path) || path.startsWith('/assets/'))) return undefined
    if (!operation) return this.#strayComplaint(found.length > 0, status, headers, body)
    const named = operation.responses[status]
    if (!named) return 'the document has no such status'
    const response = named.$ref === undefined ? named : this.#document.components.responses[last(named.$ref)]
    for (const header of Object.keys(response?.headers ?? {})) {
      if (headers[header.toLowerCase()] === undefined) return `without the header ${header}`
    }
    if (method === 'HEAD') return undefined
    const [type = ''] = headers['content-type']?.split(';', 1) ?? []
    if (!response?.content?.[type]) return `the document has no ${type || 'answer without a type'}`
    if (body === null || type !== 'application/json') return undefined
    const pointer =
      named.$ref ??
      `#/${['paths', pathOf(this.#document, operation), name, 'responses', `${status}`].map(escaped).join('/')}`
    return this.#mismatch(`${pointer}/content/application~1json/schema`, JSON.parse(body))
  }

  /** What is no call of the API: 404, 405 and what every call can meet. */
  #strayComplaint(known: boolean, status: number, headers: Record<string, string>, body: string | null) {
    if (status === (known ? 404 : 405))
      return 'neither path and method, nor the answer to others, are in the document'
    if (status === 405 && headers['allow'] === undefined) return 'without the header Allow'
    const shared = [404, 405, 400, 408, 413, 431, 500]
    if (!shared.includes(status)) return 'the document has no such path and method'
    if (!body) return undefined
    const { status: word, message, ...more } = JSON.parse(body) as Json
    const isProblem =
      typeof word === 'string' && typeof message === 'string' && Object.keys(more).length === 0
    return isProblem ? undefined : 'an error has status and message, and nothing else'
  }

  #mismatch(pointer: string, value: unknown): string | undefined {
    const check = this.#checks.get(pointer) ?? this.#ajv.compile({ $ref: `document${pointer}` })
    this.#checks.set(pointer, check)
    return check(value) ? undefined : this.#ajv.errorsText(check.errors)
  }
}

/** The document leaves room for fields of later versions; what this version answers is in it, all of it. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const object = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]))
  const open = object['type'] === 'object' && 'properties' in object && !('additionalProperties' in object)
  return open ? { ...object, additionalProperties: false } : object
}

function patternOf(path: string): RegExp {
  const parts = path.split(/\{[^}]+\}/).map((part) => RegExp.escape(part))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}

function pathOf({ paths }: Document, operation: Operation): string {
  return Object.keys(paths).find((path) => Object.values(paths[path] ?? {}).includes(operation)) ?? ''
}

function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function last(pointer: string): string {
  return pointer.slice(pointer.lastIndexOf('/') + 1)
}
