// Many calls of the contract in one request: judged in order, committed together, each with its own answer.
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Report } from '../ledger/command.ts'
import { json, type Operation } from '../operation.ts'
import type { Request } from '../store/store.ts'
import { checker } from './check.ts'
import { contract, reply, type Endpoint, type Reply } from './contract.ts'
import { InvalidInput } from './invalid.ts'
import { KEY_REUSED, understandKey } from './key.ts'
import type { IngestOptions } from './options.ts'

/** Calls in one batch at most; the others wait for as long as it is judged. */
const CALLS = 1_000
/** A thousand calls of the usual 500 bytes take half a megabyte, of the greatest size 13. */
const BODY_LIMIT = 16 * 1024 * 1024

const Call = Type.Object({
  method: Type.String({ description: 'POST, PUT or DELETE.' }),
  path: Type.String({ description: 'As it would stand in the call, percent-encoded.' }),
  body: Type.Optional(Type.Unknown({ description: 'The body of the call.' })),
  idempotencyKey: Type.Optional(Type.Unknown({ description: 'What its header Idempotency-Key would be.' })),
})
const BatchBody = Type.Object({ requests: Type.Array(Call, { maxItems: CALLS }) })
const checkBatch = checker(BatchBody, 'body')

const BatchAnswer = Type.Object({
  status: Type.Literal('success'),
  message: Type.Literal('batch judged'),
  responses: Type.Array(
    Type.Object({
      status: Type.Integer({ description: 'The HTTP status that the call would have had alone.' }),
      body: Type.Object({ status: Type.String(), message: Type.String() }),
    }),
  ),
})

const describes: Operation = {
  id: 'batch',
  tag: 'Reports',
  summary: 'Many of the calls above at once',
  description:
    `Up to ${CALLS} of them, in a body of at most 16 MiB, judged in order and committed together; each gets the answer ` +
    'that it would have had alone. A call that is refused or invalid does not keep the others from being applied.',
  body: BatchBody,
  answers: { 200: json('One response for each request, in the same order.', BatchAnswer) },
  examples: {
    judged: {
      body: {
        requests: [
          {
            method: 'POST',
            path: '/api/v1/rooms',
            body: {
              name: 'weekly',
              session: 'w1',
              jid: 'weekly@conference.example.com',
              at: '2026-11-22T08:00:00Z',
            },
            idempotencyKey: 'boot1-0001',
          },
          { method: 'DELETE', path: '/api/v1/rooms/w2', body: { jid: 'weekly@conference.example.com' } },
        ],
      },
      status: 200,
      answer: {
        status: 'success',
        message: 'batch judged',
        responses: [
          { status: 200, body: { status: 'success', message: 'room created successfully' } },
          { status: 404, body: { status: 'no-room', message: 'room record with session not exist' } },
        ],
      },
    },
  },
}

const NO_ENDPOINT = reply(404, 'not-found', 'there is nothing at this path')

/** What became of an entry before the store saw it: a request and where it came from, or its answer already. */
type Understood = { endpoint: Endpoint; request: Request<Report> } | Reply

export function batchRoute(app: FastifyInstance, { store, now }: IngestOptions): void {
  app.route({
    method: 'POST',
    url: '/api/v1/batch',
    bodyLimit: BODY_LIMIT,
    config: { access: 'ingest', describes: [describes] },
    async handler({ body, log }, answer) {
      const receivedAt = now()
      const entries = checkBatch(body).requests.map((call) => understand(call, receivedAt, log))
      const judged = entries.filter((entry) => 'request' in entry)
      const answers = await store.submitAll(judged.map(({ request }) => request))
      const replies = entries.map((entry) => {
        if (!('request' in entry)) return entry
        const verdict = answers.shift()
        if (verdict === undefined) throw new Error('the store answered fewer commands than it was given')
        if (verdict !== 'key-reused') return entry.endpoint.replies[verdict]
        return refused(entry.endpoint, KEY_REUSED, log)
      })
      answer.verdict = 'success'
      return answer.type('application/json; charset=utf-8').send(write(replies))
    },
  })
}

function understand(call: Static<typeof Call>, receivedAt: number, log: FastifyBaseLogger): Understood {
  const endpoint = contract.find(({ method, url }) => method === call.method && matches(url, call.path))
  if (!endpoint) return NO_ENDPOINT
  try {
    const command = endpoint.understand(call.path, call.body)
    return { endpoint, request: { command, receivedAt, key: understandKey(call.idempotencyKey) } }
  } catch (error) {
    if (error instanceof InvalidInput) return refused(endpoint, error.message, log)
    throw error
  }
}

function matches(url: string, path: string): boolean {
  const [bare = ''] = path.split('?', 1)
  return url.endsWith('*') ? bare.startsWith(url.slice(0, -1)) : bare === url
}

function refused({ method, url, invalid }: Endpoint, reason: string, log: FastifyBaseLogger): Reply {
  log.warn({ method, route: url, reason }, 'invalid request in a batch')
  return invalid
}

/** The bodies are JSON already, and stay as they are to the byte. */
function write(replies: Reply[]): string {
  const responses = replies.map(({ status, body }) => `{"status":${status},"body":${body}}`)
  return `{"status":"success","message":"batch judged","responses":[${responses.join(',')}]}`
}
