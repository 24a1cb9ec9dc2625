// One connection for what needs a session: hearing of the others' commits, and being the one that leads.
import { setTimeout as pause } from 'node:timers/promises'
import { connect, PATIENCE, type Connection, type PostgresOptions } from './connection.ts'

/** How often it is looked whether the connection lives, and whether the lead is free, ms. */
const PULSE = 2_000
/** Before connecting again, ms. */
const PAUSE = 250
const LEAD = "select pg_try_advisory_lock(hashtext('rollcall lead'), hashtext(current_schema())) as leads"

type Work = (signal: AbortSignal) => Promise<void>

export class Session {
  readonly #options: PostgresOptions
  readonly #onAppend: (seq: number) => void
  readonly #ended = new AbortController()
  readonly #running: Promise<void>
  readonly #wanted = Promise.withResolvers<void>()
  #work: Work | undefined

  /** `onAppend` gets the seq of the last event of a commit, and after every gap in hearing that of the last of all. */
  constructor(options: PostgresOptions, onAppend: (seq: number) => void) {
    this.#options = options
    this.#onAppend = onAppend
    this.#running = this.#run()
  }

  /** Does this work whenever no other instance does it; its signal says when it must stop. */
  lead(work: Work): void {
    this.#work = work
    this.#wanted.resolve()
  }

  async end(): Promise<void> {
    this.#ended.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended
    while (!signal.aborted) {
      const connection = await connect(this.#options, { purpose: 'listener', patience: PATIENCE }).catch(
        () => null,
      )
      if (connection) {
        // Whatever ends it, another is made: a query that failed, or a connection that was lost.
        await this.#live(connection).catch(() => {})
        await connection.end()
      }
      await pause(PAUSE, undefined, { signal }).catch(() => {})
    }
  }

  async #live(connection: Connection): Promise<void> {
    const { client, channel } = connection
    const gone = new AbortController()
    const signal = AbortSignal.any([this.#ended.signal, gone.signal])
    client.on('end', () => gone.abort())
    client.on('notification', ({ payload }) => this.#onAppend(Number(payload)))
    let leading: Promise<void> | undefined
    try {
      await connection.ask('listen', `listen "${channel}"`)
      // What was committed while nobody listened.
      const [last] = await connection.ask<{ seq: number }>(
        'last',
        'select coalesce(max(seq), 0) as seq from events',
      )
      this.#onAppend(last?.seq ?? 0)
      while (!signal.aborted) {
        // Asked again, a lock that is held would be held twice.
        if (leading || !this.#work) await connection.ask('pulse', 'select 1')
        else if (await leads(connection)) leading = this.#work(signal)
        const beat = pause(PULSE, undefined, { signal }).catch(() => {})
        await (this.#work ? beat : Promise.race([beat, this.#wanted.promise]))
      }
    } finally {
      gone.abort()
      await leading
    }
  }
}

async function leads(connection: Connection): Promise<boolean> {
  const [answer] = await connection.ask<{ leads: boolean }>('lead', LEAD)
  return answer?.leads ?? false
}
