// Commits batches, one at a time: lock and load in one round trip, decide, write and commit in another.
import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from '../../ledger/command.ts'
import { decide } from '../../ledger/decide.ts'
import { fingerprint, KEY_LIFETIME } from '../fingerprint.ts'
import type { Answer, Request } from '../store.ts'
import { connect, Conflict, Reconnecting, type Connection, type PostgresOptions } from './connection.ts'
import { foresee, load, type KeptAnswer } from './load.ts'
import { BatchState, Missing } from './state.ts'
import { write, type NewAnswer } from './write.ts'

export type Committed = { answers: Answer[]; seq: number }

/** Plans are made once, and by index: with a list as a parameter the planner has read whole tables. */
const SETTINGS = [
  'set plan_cache_mode = force_generic_plan',
  'set enable_hashjoin = off',
  'set enable_mergejoin = off',
  'set enable_seqscan = off',
  'set synchronous_commit = on',
]
/** Of the transaction-level advisory lock that numbers the log: with the schema's, so that two can share a database. */
const LOCK = "select pg_advisory_xact_lock(hashtext('rollcall log'), hashtext(current_schema()))"
/** The transaction's own number, by which the database can be asked later what became of it. */
const XID = 'select pg_current_xact_id()::text as xid'
/** How often a batch is judged again after it met another writer. */
const ATTEMPTS = 5
/** How long it is asked what became of a commit, ms: senders wait ten seconds for an answer. */
const OUTCOME_PATIENCE = 8_000
const OUTCOME_PAUSE = 100
/** Expired answers deleted in one commit at most, and how often it is looked for them, ms. */
const SWEEP = 2_000
const SWEEP_INTERVAL = 60_000
const SWEEP_SQL = `delete from answers where key in
  (select key from answers where received_at < $1 order by received_at limit ${SWEEP})`

export class Writer {
  readonly #connection: Reconnecting
  #sweptAt = 0

  constructor(options: PostgresOptions) {
    this.#connection = new Reconnecting(() => connect(options, { purpose: 'writer', settings: SETTINGS }))
  }

  /** Answers all of the requests, in order, or rejects: then none of them was applied. */
  async commit(requests: Request[]): Promise<Committed> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(await this.#connection.get(), requests)
      } catch (error) {
        if (!(error instanceof Conflict) || attempt === ATTEMPTS) throw error
      }
    }
  }

  close(): Promise<void> {
    return this.#connection.end()
  }

  async #attempt(connection: Connection, requests: Request[]): Promise<Committed> {
    const state = new BatchState()
    let committing: { xid: string; committed: Committed } | undefined
    try {
      const [, , [transaction], kept] = await all([
        connection.ask('begin', 'begin'),
        connection.ask('lock', LOCK),
        connection.ask<{ xid: string }>('xid', XID),
        foresee(connection, state, requests),
      ])
      const { answers, newAnswers } = await judge(connection, state, requests, kept)
      committing = { xid: transaction?.xid ?? '', committed: { answers, seq: state.lastSeq } }
      await all([
        ...write(connection, state, newAnswers),
        ...this.#sweep(connection, requests[0]?.receivedAt ?? 0),
        connection.commit(),
      ])
      return committing.committed
    } catch (error) {
      if (!connection.lost) await connection.ask('rollback', 'rollback')
      else if (committing && (await this.#happened(committing.xid))) return committing.committed
      throw error
    }
  }

  /**
   * The connection broke before the commit was answered, so it may have happened or not: the database knows. Rejects if
   * it cannot be asked in time; whoever repeats with a key is told then.
   */
  async #happened(xid: string): Promise<boolean> {
    const until = Date.now() + OUTCOME_PATIENCE
    for (;;) {
      try {
        const connection = await this.#connection.get()
        const sql = 'select pg_xact_status($1::xid8) as status'
        const [row] = await connection.ask<{ status: string }>('outcome', sql, [xid])
        if (row?.status !== 'in progress') return row?.status === 'committed'
      } catch (error) {
        if (Date.now() > until) throw error
      }
      await pause(OUTCOME_PAUSE)
    }
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
  await Promise.allSettled(promises)
  return Promise.all(promises) as Promise<T>
}
