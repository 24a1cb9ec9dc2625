// Every example in docs/openapi.json is true: each call is sent to a real server and its answer compared.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import Database from 'better-sqlite3'
import { DOCUMENT } from '../support/document.ts'
import { exchange, type RawAnswer } from '../support/http.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** Each example by the name of its operation and its own, in the order that makes them true. */
const STORY = [
  'createRoom/success',
  'createRoom/duplicate',
  'createRoom/invalid',
  'createOccupant/success',
  'createOccupant/duplicate',
  'createOccupant/no-room',
  'createOccupant/invalid',
  'updateOccupant/success',
  'updateOccupant/no-occupant',
  'updateOccupant/invalid',
  'listRooms/live',
  'batch/judged',
  'sync/taken',
  'heartbeat/in sync',
  'listHosts/one',
  'destroyOccupant/success',
  'destroyOccupant/no-occupant',
  'destroyOccupant/invalid',
  'endRoom/success',
  'endRoom/duplicate',
  'endRoom/no-room',
  'endRoom/invalid',
  'getRoom/found',
  'getRoom/missing',
  'listRoomOccupants/found',
  'listRoomOccupants/missing',
  'listEvents/page',
  'listRooms/at an instant',
  'getRoom/missing then',
  'listOccupants/at an instant',
  'listPeople/found',
  'getPerson/found',
  'getPerson/missing',
  'listMeetings/found',
  'listMeetings/missing',
  'getRoomAttendance/report',
  'getRoomAttendance/file',
  'getRoomAttendance/missing',
  'getAttendance/report',
  'getAttendance/missing',
  'getStats/day',
  'getClients/day',
  'tellRoomCreated/taken',
  'tellOccupantJoined/taken',
  'tellOccupantJoined/invalid',
  'tellOccupantLeft/taken',
  'tellRoomDestroyed/taken',
  'getSession/no tokens',
  'logOut/out',
  'removeDemo/there was none',
  'getAlive/alive',
  'getReady/ready',
]
/** When the story arrives; what it tells of happened in the hour before. */
const NOW = Date.parse('2026-11-22T10:00:00.000Z')

const document = JSON.parse(readFileSync(DOCUMENT, 'utf8')) as Document

test('the examples of the calls are a story that happens as it is told', async (t) => {
  const server = await started(t)
  const examples = examplesOfCalls()
  assert.deepEqual([...examples.keys()].toSorted(), STORY.toSorted(), 'the story leaves out no example')
  for (const name of STORY) {
    const { method, path, headers, body, status, answer } = examples.get(name)!
    const got = await fetch(server.url + path, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await got.text()
    const isJson = got.headers.get('content-type')?.startsWith('application/json')
    assert.deepEqual(
      { status: got.status, answer: isJson ? JSON.parse(text) : text },
      { status, answer },
      name,
    )
  }
})

test('the examples of what every call can meet are what it meets', async (t) => {
  const examples = examplesOfComponents()
  assert.deepEqual([...examples.keys()].toSorted(), Object.keys(PROVOKED).toSorted())
  const tokens = { ROLLCALL_READ_TOKEN: 'read', ROLLCALL_INGEST_TOKEN: 'ingest' }
  const servers = { open: await started(t), guarded: await started(t, tokens), broken: await started(t) }
  for (const [name, { status, answer }] of examples) {
    const got = await PROVOKED[name]!(servers)
    assert.deepEqual({ status: got.status, answer: JSON.parse(got.body) }, { status, answer }, name)
  }
})

type Servers = Record<'open' | 'guarded' | 'broken', TestServer>
const ROOMS = '/api/v1/rooms'
const jsonType = { 'content-type': 'application/json' }

/** What brings a server to each answer. */
const PROVOKED: Record<string, (servers: Servers) => Promise<RawAnswer>> = {
  'Unreadable/unreadable': ({ open }) =>
    exchange(new URL(open.url), { method: 'GET', path: Buffer.from('/é'), headers: {} }),
  'Unauthorized/not to read': ({ guarded }) => send(guarded, 'GET', ROOMS),
  'Unauthorized/not to write': ({ guarded }) => send(guarded, 'POST', ROOMS, {}),
  'Forbidden/another host': ({ open }) =>
    send(open, 'GET', ROOMS, undefined, { host: 'rollcall.example.com' }),
  'Late/late': ({ open }) => late(open),
  'TooLarge/too large': ({ open }) => send(open, 'POST', ROOMS, { name: 'x'.repeat(300_000) }),
  'Unsupported/type': ({ open }) => send(open, 'POST', ROOMS, {}, { 'content-type': 'text/plain' }),
  'Unsupported/encoding': ({ open }) =>
    send(open, 'POST', ROOMS, {}, { ...jsonType, 'content-encoding': 'gzip' }),
  'Invalid/not a number': ({ open }) => send(open, 'GET', `${ROOMS}?limit=many`),
  'HeadersTooLarge/too large': ({ open }) =>
    send(open, 'GET', ROOMS, undefined, { 'x-long': 'x'.repeat(70_000) }),
  async 'Broken/broken'({ broken }) {
    within(broken, 'drop table rooms')()
    return send(broken, 'GET', ROOMS)
  },
  async 'Busy/busy'({ open }) {
    const release = within(open, 'begin immediate')
    const answer = await send(open, 'POST', ROOMS, { name: 'n', session: 's', jid: 'j@example.com' })
    release()
    return answer
  },
}

async function started(t: TestContext, settings: Record<string, string> = {}): Promise<TestServer> {
  const server = await startServer({ settings, now: () => NOW })
  t.after(() => server.stop())
  return server
}

async function send(
  { url }: TestServer,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = body ? jsonType : {},
): Promise<RawAnswer> {
  const sent = body && Buffer.from(JSON.stringify(body))
  return exchange(new URL(url), { method, path: Buffer.from(path), headers, body: sent })
}

/** Node looks for late requests every 30 s; this is what it does with one, on a real connection. */
async function late({ app, port }: TestServer): Promise<RawAnswer> {
  const accepted = once(app.server, 'connection') as Promise<[Socket]>
  const client = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  client.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [socket] = await accepted
  app.server.emit(
    'clientError',
    Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
    socket,
  )
  await once(client, 'close')
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), headers: {}, body }
}

/** Somebody else at the file. Returns what lets it go. */
function within({ databasePath }: TestServer, sql: string): () => void {
  const db = new Database(databasePath)
  db.exec(sql)
  return () => db.close()
}

type Examples<T = unknown> = Record<string, { value: T }>
type Content = Record<string, { examples?: Examples }>
type Response = { content?: Content }
type Operation = {
  operationId: string
  parameters?: { name: string; in: string; examples?: Examples<string | number | boolean> }[]
  requestBody?: { content: Content }
  responses: Record<string, Response>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { responses: Record<string, Response> }
}
type Told = { status: number; answer: unknown }
type Call = Told & { method: string; path: string; headers: Record<string, string>; body: unknown }

function examplesOfCalls(): Map<string, Call> {
  const calls = new Map<string, Call>()
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      for (const [status, response] of Object.entries(operation.responses)) {
        for (const [name, answer] of valuesOf(response)) {
          calls.set(`${operation.operationId}/${name}`, {
            method: method.toUpperCase(),
            path: filled(path, operation, name),
            headers: Object.fromEntries(given(operation, 'header', name)),
            body: operation.requestBody?.content['application/json']?.examples?.[name]?.value,
            status: Number(status),
            answer,
          })
        }
      }
    }
  }
  return calls
}

function examplesOfComponents(): Map<string, Told> {
  const found = Object.entries(document.components.responses).flatMap(([component, response]) =>
    valuesOf(response).map(([name, answer]): [string, Told] => [
      `${component}/${name}`,
      { status: statusOf(component), answer },
    ]),
  )
  return new Map(found)
}

/** The status under which the calls refer to it. */
function statusOf(component: string): number {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
  const references = operations.flatMap(({ responses }) => Object.entries(responses))
  const wanted = `#/components/responses/${component}`
  return Number(references.find(([, response]) => '$ref' in response && response.$ref === wanted)?.[0])
}

function valuesOf({ content = {} }: Response): [string, unknown][] {
  return Object.values(content).flatMap(({ examples = {} }) =>
    Object.entries(examples).map(([name, { value }]): [string, unknown] => [name, value]),
  )
}

function filled(path: string, operation: Operation, name: string): string {
  const params = new Map(given(operation, 'path', name))
  const query = new URLSearchParams(given(operation, 'query', name)).toString()
  const bare = path.replace(/\{(\w+)\}/g, (_, param: string) => encodeURIComponent(params.get(param) ?? ''))
  return query === '' ? bare : `${bare}?${query}`
}

function given({ parameters = [] }: Operation, place: string, name: string): [string, string][] {
  return parameters.flatMap((parameter) => {
    const value = parameter.in === place ? parameter.examples?.[name]?.value : undefined
    return value === undefined ? [] : [[parameter.name, `${value}`] as [string, string]]
  })
}
