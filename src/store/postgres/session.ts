// One connection for what needs a session: hearing of the others' commits, and being the one that leads.
import { setTimeout as pause } from 'node:timers/promises'
import { connect, PATIENCE, type Connection, type PostgresOptions } from './connection.ts'
import { TRY_LEAD } from './locks.ts'

/** How often it is looked whether the connection lives, and whether the lead is free, ms. */
const PULSE = 2_000
/** Before connecting again, ms. */
const PAUSE = 250

type Work = (signal: AbortSignal) => Promise<void>

export class Session {
  readonly #options: PostgresOptions
  readonly #onAppend: (seq: number) => void
  readonly #ended = new AbortController()
  readonly #onHearing: (lost: Error | null) => void
  readonly #running: Promise<void>
  readonly #wanted = Promise.withResolvers<void>()
  #work: Work | undefined
  #deaf = false

  /**
   * `onAppend` gets the seq of the last event of a commit, and after every gap in hearing that of the last of all.
   * `onHearing` is told once when it cannot hear the others, and why; and with null when it does again.
   */
  constructor(
    options: PostgresOptions,
    { onAppend, onHearing }: { onAppend: (seq: number) => void; onHearing: (lost: Error | null) => void },
  ) {
    this.#options = options
    this.#onAppend = onAppend
    this.#onHearing = onHearing
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
      // Whatever ends it, another is made: a query that failed, or a connection that was lost.
      await this.#once().catch((error: Error) => signal.aborted || this.#tell(error))
      await pause(PAUSE, undefined, { signal }).catch(() => {})
    }
  }

  async #once(): Promise<void> {
    const connection = await connect(this.#options, { purpose: 'listener', patience: PATIENCE })
    try {
      await this.#live(connection)
    } finally {
      await connection.end()
    }
  }

  /** Rejects when the connection is gone; a line that is silent is told by a pulse that has no answer. */
  async #live(connection: Connection): Promise<void> {
    const { client, channel } = connection
    const gone = new AbortController()
    const signal = AbortSignal.any([this.#ended.signal, gone.signal])
    let reason = new Error('the connection has ended')
    client.on('error', (error) => (reason = error))
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
        else if (await this.#leads(connection)) leading = this.#work(signal)
        const beat = pause(PULSE, undefined, { signal }).catch(() => {})
        await (this.#work ? beat : Promise.race([beat, this.#wanted.promise]))
        // Not before: a line that comes and goes would fill the log.
        if (!signal.aborted) this.#tell(null)
      }
      if (!this.#ended.signal.aborted) throw reason
    } finally {
      gone.abort()
      await leading
    }
  }

  async #leads(connection: Connection): Promise<boolean> {
    const [answer] = await connection.ask<{ locked: boolean }>('lead', TRY_LEAD, [this.#options.schema])
    return answer?.locked ?? false
  }

  /** Each once, however often it is tried. */
  #tell(lost: Error | null): void {
    if (this.#deaf === (lost !== null)) return
    this.#deaf = lost !== null
    this.#onHearing(lost)
  }
}
