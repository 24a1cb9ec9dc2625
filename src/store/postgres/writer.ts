// Commits batches, one at a time: lock and load in one round trip, decide, write and commit in another.
import type { Command } from '../../ledger/command.ts'
import { decide } from '../../ledger/decide.ts'
import type { Logged } from '../../ledger/event.ts'
import { StoreUnavailable } from '../errors.ts'
import { fingerprint, KEY_LIFETIME } from '../fingerprint.ts'
import type { Answer, Request } from '../store.ts'
import { connect, PATIENCE, Reconnecting, type Connection, type PostgresOptions } from './connection.ts'
import { happened } from './doubt.ts'
import { Conflict } from './failure.ts'
import { foresee, load, type KeptAnswer } from './load.ts'
import { LOCK_LOG_OR_WAIT } from './locks.ts'
import { remember } from './people.ts'
import { BatchState, Missing } from './state.ts'
import { write, type NewAnswer } from './write.ts'

/**
 * The answers, in order; or, where the connection broke before the commit was answered, when they will be known. That
 * one rejects if the commit did not happen.
 */
export type Committed = { answers: Answer[] } | { later: Promise<Answer[]> }

/** Plans are made once, and by index: with a list as a parameter the planner has read whole tables. */
const SETTINGS = [
  'set plan_cache_mode = force_generic_plan',
  'set enable_hashjoin = off',
  'set enable_mergejoin = off',
  'set enable_seqscan = off',
  // A 200 means: on disk. What is stricter than that is the operator's choice.
  "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
  // Between loading and writing lie milliseconds; of an instance that vanished there, the others would wait for its lock.
  "set idle_in_transaction_session_timeout = '10s'",
]
/** Said, because the database may have another default: what is loaded must be newer than the lock. */
const BEGIN = 'begin isolation level read committed'
/** A number of its own makes a transaction wait for the disk even if it has nothing to write: so does ready(). */
const TRANSACTION = 'select pg_current_xact_id(), current_setting(\'transaction_read_only\') as "readOnly"'
/** How often a batch is judged again after it met another writer. */
const ATTEMPTS = 5
/** Expired answers deleted in one commit at most, and how often it is looked for them, ms. */
const SWEEP = 2_000
const SWEEP_INTERVAL = 60_000
const SWEEP_SQL = `delete from answers where key in
  (select key from answers where received_at < $1 order by received_at limit ${SWEEP})`

export class Writer {
  readonly #options: PostgresOptions
  readonly #connection: Reconnecting
  readonly #closed = new AbortController()
  #last: Promise<unknown> = Promise.resolve()
  #sweptAt = 0

  constructor(options: PostgresOptions) {
    this.#options = options
    this.#connection = new Reconnecting(() =>
      connect(options, { purpose: 'writer', settings: SETTINGS, patience: PATIENCE, together: true }),
    )
  }

  /** Answers all of the requests, in order, or rejects: then none of them was applied. `more` as the batcher has it. */
  commit(requests: Request[], more: () => Request[]): Promise<Committed> {
    // On one connection two transactions at a time would be one.
    const turn = this.#last.then(() => this.#commit(requests, more))
    this.#last = turn.catch(() => {})
    return turn
  }

  close(): Promise<void> {
    this.#closed.abort()
    return this.#connection.end()
  }

  async #commit(requests: Request[], more: () => Request[]): Promise<Committed> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(await this.#connection.get(), requests, more)
      } catch (error) {
        if (!(error instanceof Conflict) || attempt === ATTEMPTS) throw error
      }
    }
  }

  async #attempt(connection: Connection, requests: Request[], more: () => Request[]): Promise<Committed> {
    const state = new BatchState()
    let committing: Answer[] | undefined
    try {
      const [, [lock], [transaction], kept] = await all([
        connection.ask('begin', BEGIN),
        connection.ask<{ waited: boolean }>('lock', LOCK_LOG_OR_WAIT, [this.#options.schema]),
        connection.ask<{ readOnly: string }>('transaction', TRANSACTION),
        foresee(connection, state, requests),
      ])
      if (transaction?.readOnly === 'on') {
        // It was demoted, or is protected: perhaps another of the addresses takes writes.
        void connection.end()
        throw new StoreUnavailable('the database takes no writes')
      }
      // Or two instances would take turns with half batches, at the price of whole ones.
      const added = lock?.waited ? more() : []
      if (added.length > 0) kept.push(...(await foresee(connection, state, added)))
      const { answers, newAnswers } = await judge(connection, state, requests, kept)
      committing = answers
      const written = write(connection, state, newAnswers)
      const mistaken = state.people.mistaken()
      // A third round trip, for an email that was somebody else's.
      if (mistaken.length > 0) await all([...written, remember(connection, mistaken)])
      await all([...written, ...this.#sweep(connection, requests[0]?.receivedAt ?? 0), connection.commit()])
      return { answers }
    } catch (error) {
      if (!connection.lost) await connection.ask('rollback', 'rollback').catch(() => connection.end())
      // Where nothing was logged, nothing of it can happen twice.
      const last = state.events.at(-1)
      if (connection.lost && committing && last) return { later: this.#later(last, committing, error) }
      throw error
    }
  }

  /** The next batch does not wait for it. */
  async #later(last: Logged, answers: Answer[], error: unknown): Promise<Answer[]> {
    if (await happened(this.#options, last, this.#closed.signal)) return answers
    throw error
  }

  #sweep(connection: Connection, now: number): Promise<unknown>[] {
    if (now - this.#sweptAt < SWEEP_INTERVAL) return []
    this.#sweptAt = now
    return [connection.ask('sweep', SWEEP_SQL, [now - KEY_LIFETIME])]
  }
}

async function judge(connection: Connection, state: BatchState, requests: Request[], kept: KeptAnswer[]) {
  const known = new Map(kept.map((answer) => [answer.key, answer]))
  const newAnswers = new Map<string, NewAnswer>()
  const answers: Answer[] = []
  for (const { command, receivedAt, key } of requests) {
    const print = key === null ? Buffer.alloc(0) : fingerprint(command)
    const before = key === null ? undefined : known.get(key)
    if (before && before.receivedAt >= receivedAt - KEY_LIFETIME) {
      answers.push(print.equals(before.fingerprint) ? before.answer : 'key-reused')
      continue
    }
    const { verdict, events, confirmed, host } = await decideWhenLoaded(
      connection,
      state,
      command,
      receivedAt,
    )
    for (const event of events) state.apply({ ...event, seq: state.lastSeq + 1, receivedAt })
    if (confirmed) state.confirm(confirmed)
    if (host) state.keepHost(host)
    if (key !== null) {
      known.set(key, { key, fingerprint: print, answer: verdict, receivedAt })
      const hex = `\\x${print.toString('hex')}`
      newAnswers.set(key, { key, fingerprint: hex, answer: verdict, received_at: receivedAt })
    }
    answers.push(verdict)
  }
  return { answers, newAnswers: [...newAnswers.values()] }
}

/** Decides; where something is missing that was not foreseen, loads that and begins again: nothing has changed. */
async function decideWhenLoaded(connection: Connection, state: BatchState, command: Command, now: number) {
  for (;;) {
    try {
      return decide(state, command, now)
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      await load(connection, state, error.need)
    }
  }
}

/** Waits for all of them, also when one fails: what was sent is answered in order, and nothing may be left behind. */
async function all<T extends unknown[]>(promises: [...{ [I in keyof T]: Promise<T[I]> }]): Promise<T> {
  const list: Promise<unknown>[] = promises
  await Promise.allSettled(list)
  return (await Promise.all(list)) as T
}
