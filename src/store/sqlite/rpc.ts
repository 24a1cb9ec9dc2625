// Calls between the main thread and a worker thread: one message each way, answered in order of arrival.
import { parentPort, Worker } from 'node:worker_threads'
import { OpenError, StoreUnavailable, type OpenErrorCode } from '../errors.ts'

type Handlers = { [name: string]: (argument: never) => unknown }
type Reply = { value: unknown } | { failure: Failure }
type Failure = { name: string; message: string; code?: string | undefined; stack?: string | undefined }

export type Remote = {
  call(name: string, argument?: unknown): Promise<unknown>
  /** How many calls have no answer yet. */
  pending(): number
  /** Ends the thread; calls without an answer reject with StoreUnavailable. */
  end(): Promise<void>
}

/**
 * Starts a worker that runs `serve`. Resolves once it is ready; rejects with what `start` threw there.
 * `onLost` is called if it ends later without being asked to.
 */
export async function spawn(file: URL, workerData: unknown, onLost: (error: Error) => void): Promise<Remote> {
  const worker = new Worker(file, { workerData })
  const waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = []
  let gone: Error | undefined

  const receive = () => new Promise<unknown>((resolve, reject) => waiting.push({ resolve, reject }))
  worker.on('message', (reply: Reply) => {
    const first = waiting.shift()
    if ('failure' in reply) first?.reject(toError(reply.failure))
    else first?.resolve(reply.value)
  })
  let onGone = () => {}
  const lose = (cause?: unknown) => {
    if (gone) return
    gone = new StoreUnavailable('the thread of the database has ended', { cause })
    for (const { reject } of waiting.splice(0)) reject(gone)
    onGone()
  }
  worker.on('error', lose)
  worker.on('exit', () => lose())

  try {
    await receive()
  } catch (error) {
    await worker.terminate()
    throw error
  }
  onGone = () => onLost(gone as Error)
  return {
    call(name, argument) {
      if (gone) return Promise.reject(gone)
      worker.postMessage([name, argument])
      return receive()
    },
    pending: () => waiting.length,
    async end() {
      onGone = () => {}
      await worker.terminate()
    },
  }
}

/** In the worker: says that it is ready, or why not, then answers calls by name. */
export function serve(start: () => Handlers): void {
  const port = parentPort
  if (!port) throw new Error('this file runs as a worker thread')
  const answer = (work: () => unknown) => {
    let reply: Reply
    try {
      reply = { value: work() }
    } catch (error) {
      reply = { failure: toFailure(error as Error) }
    }
    const { value } = reply as { value?: unknown }
    // Handed over, not copied.
    port.postMessage(reply, value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : [])
  }
  let handlers: Handlers = {}
  answer(() => {
    handlers = start()
  })
  port.on('message', ([name, argument]: [string, never]) => answer(() => handlers[name]?.(argument)))
}

function toFailure(error: Error & { code?: string }): Failure {
  return { name: error.name, message: error.message, code: error.code, stack: error.stack }
}

function toError({ name, message, code, stack }: Failure): Error {
  if (name === 'OpenError') return new OpenError(code as OpenErrorCode, message)
  if (code !== undefined && OUTSIDE.test(code)) return new StoreUnavailable(`${code}: ${message}`)
  const error = new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}

/** Faults of the disk, the file or another process: asking again may help (https://sqlite.org/rescode.html). */
const OUTSIDE =
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM|CORRUPT|NOTADB|PERM|AUTH|PROTOCOL|INTERRUPT)/
