// Many senders on keep-alive connections, as fast as they are answered; remembers what each was answered.
import { Agent, request } from 'node:http'
import { createCalls, SHARED, type Call } from './calls.ts'
import { Random } from '../support/random.ts'

/** One request: a single call, or a batch of them. */
export type Step = {
  calls: Call[]
  batch: boolean
  /**
   * `done`: answered 200, so it must be there, once. `refused`: answered 503 at most, so it must not be there.
   * `open`: at least one attempt had no answer, so it may be there, whole. `unsent`: as refused.
   */
  state: 'unsent' | 'open' | 'refused' | 'done'
}

export type Load = {
  /** In the order in which they were planned. */
  steps: Step[]
  /** Requests answered 200 and 503 so far, and what was answered otherwise, in words. */
  counts: { answered: number; refused: number }
  wrong: string[]
  /**
   * Sends until `stop` or until the server is gone; what had no answer in the run before, first.
   * Resolves when no request is under way.
   */
  run(url: string, stop: AbortSignal): Promise<void>
  /** Sends what has no answer yet, and nothing new. */
  finish(url: string): Promise<void>
}

export type LoadOptions = {
  seed: number
  senders?: number
  /** Of all steps, those that are batches, 0 to 1. */
  batches?: number
  /** Calls in each batch; mostly up to 60, now and then up to 1,000, where it is not said. */
  batchSize?: number
}

type Sender = { next: () => Step; pending: Step | undefined }
type Outcome = 'answered' | 'busy' | 'gone'

export function createLoad({ seed, senders = 48, batches = 0.04, batchSize }: LoadOptions): Load {
  const steps: Step[] = []
  const counts = { answered: 0, refused: 0 }
  const wrong: string[] = []
  let shared = false
  const all = Array.from({ length: senders }, (_, n): Sender => {
    const random = new Random(seed * 1_000 + n)
    const calls = createCalls(`${n}`, random)
    return { next: () => plan(calls, random, batches, batchSize), pending: undefined }
  })

  async function run(url: string, stop: AbortSignal): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: senders })
    if (!shared) shared = await createShared(agent, url, stop)
    await Promise.all(all.map((sender) => speak(agent, url, sender, stop)))
    agent.destroy()
  }

  async function speak(agent: Agent, url: string, sender: Sender, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const step = unanswered(sender) ?? sender.next()
      if (step !== sender.pending) steps.push((sender.pending = step))
      const outcome = await take(agent, url, step)
      if (outcome === 'gone') return
      if (outcome === 'answered') sender.pending = undefined
      else await pause()
    }
  }

  async function take(agent: Agent, url: string, step: Step): Promise<Outcome> {
    const answer = await send(agent, url, step)
    if (answer === 'refused connection') return 'gone'
    if (answer === 'no answer') {
      step.state = 'open'
      return 'gone'
    }
    if (answer.status === 503) {
      counts.refused += 1
      if (answer.retryAfter !== '1') wrong.push(`503 with Retry-After ${answer.retryAfter}`)
      if (step.state === 'unsent') step.state = 'refused'
      return 'busy'
    }
    counts.answered += 1
    step.state = 'done'
    wrong.push(...complaints(step, answer))
    return 'answered'
  }

  async function finish(url: string): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: senders })
    for (const sender of all) {
      const step = unanswered(sender)
      const outcome = step ? await take(agent, url, step) : 'answered'
      if (outcome !== 'answered') throw new Error(`the server is ${outcome}`)
      sender.pending = undefined
    }
    agent.destroy()
  }

  return { steps, counts, wrong, run, finish }
}

/** What was found in the file since needs no second attempt. */
function unanswered({ pending }: Sender): Step | undefined {
  return pending?.state === 'done' ? undefined : pending
}

/** Large ones are rare: the others wait for them. */
function plan(calls: (keyed: boolean) => Call, random: Random, batches: number, batchSize?: number): Step {
  const keyed = random.chance(0.5)
  const batch = random.chance(batches)
  const size = batch ? (batchSize ?? 1 + random.below(random.chance(0.02) ? 1_000 : 60)) : 1
  return { calls: Array.from({ length: size }, () => calls(keyed)), batch, state: 'unsent' }
}

/** Until each of them is there; a kill may come in between. */
async function createShared(agent: Agent, url: string, stop: AbortSignal): Promise<boolean> {
  for (const room of SHARED) {
    const body = { name: room.session, ...room }
    for (;;) {
      const answer = await post(agent, url, 'POST', '/api/v1/rooms', {}, body)
      if (typeof answer === 'string' || stop.aborted) return false
      if (answer.status !== 503) break
      await pause()
    }
  }
  return true
}

type Answer = { status: number; retryAfter: string | undefined; body: string }
type Silence = 'no answer' | 'refused connection'

function send(agent: Agent, url: string, { calls, batch }: Step): Promise<Answer | Silence> {
  const [first] = calls
  if (batch || !first) {
    const requests = calls.map(({ method, path, body, key }) => {
      return { method, path, body, ...(key !== null && { idempotencyKey: key }) }
    })
    return post(agent, url, 'POST', '/api/v1/batch', {}, { requests })
  }
  const headers = first.key === null ? {} : { 'idempotency-key': first.key }
  return post(agent, url, first.method, first.path, headers, first.body)
}

function post(
  agent: Agent,
  url: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: object,
): Promise<Answer | Silence> {
  return new Promise((resolve) => {
    const text = JSON.stringify(body)
    const framed = {
      ...headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    }
    const outgoing = request(`${url}${path}`, { agent, method, headers: framed })
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? 'refused connection' : 'no answer'),
    )
    outgoing.on('response', (incoming) => {
      let received = ''
      incoming.setEncoding('utf8').on('data', (part: string) => (received += part))
      incoming.on('error', () => resolve('no answer'))
      incoming.on('end', () => {
        // A server that dies within its answer has not answered.
        if (!incoming.complete) return resolve('no answer')
        const retryAfter = incoming.headers['retry-after']
        resolve({ status: incoming.statusCode ?? 0, retryAfter, body: received })
      })
    })
    outgoing.end(text)
  })
}

/** Everything but a 200, for the call or for each entry of the batch, is a wrong answer. */
function complaints({ calls, batch }: Step, { status, body }: Answer): string[] {
  const about = (call: Call | undefined, text: string) => `${call?.tag} ${call?.event.type}: ${text}`
  if (status !== 200) return [about(calls[0], `${status} ${body}`)]
  if (!batch) return []
  const { responses } = JSON.parse(body) as { responses: { status: number }[] }
  if (responses.length !== calls.length) return [about(calls[0], `${responses.length} of ${calls.length}`)]
  return responses.flatMap((one, index) =>
    one.status === 200 ? [] : [about(calls[index], `${JSON.stringify(one)} in a batch`)],
  )
}

/** As a client that was told to ask again, only sooner. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20))
}
