// The store on one SQLite file: a writer thread with group commit, and reader threads beside it.
import type { Command } from '../../ledger/command.ts'
import { createBatcher } from '../batcher.ts'
import type { Answer, Removed, Request, Store } from '../store.ts'
import { spawn, type Remote } from './rpc.ts'
import type { Committed } from './writer.ts'

export type SqliteOptions = {
  /** The database file; its folder must exist. */
  path: string
  /** Commands that may wait for a commit before the store is busy. */
  queueLimit: number
  /** Commands in one transaction at most; bounds how long a single commit takes. */
  batchSize?: number
  /** See StoreOptions. */
  views?: string
  /** Called once if a thread ends by itself: nothing can be read or written after that. */
  onLost: (error: Error) => void
}

/**
 * Small on purpose: while one batch is committed, the answers of the last are written. With 256 connections and no
 * such bound all of them end up in one batch, the two threads wait for each other (npm run bench -- sqlite).
 */
const BATCH_SIZE = 64
/** A long report in one leaves the other free for quick questions. */
const READERS = 2

/** Opens or creates the database. Rejects with OpenError, the file untouched, if it cannot be used. */
export async function openSqlite({
  path,
  queueLimit,
  batchSize = BATCH_SIZE,
  views,
  onLost,
}: SqliteOptions): Promise<Store> {
  const writer = await spawn(new URL('writer.ts', import.meta.url), path, onLost)
  const readers = await Promise.all(
    Array.from({ length: READERS }, () =>
      spawn(new URL('reader.ts', import.meta.url), { path, views }, onLost),
    ),
  ).catch(async (error: unknown) => {
    // Or the process could not end.
    await closeThread(writer)
    throw error
  })
  const appended = new Set<(seq: number) => void>()
  const leading = new AbortController()
  let last = 0
  let work = Promise.resolve()
  let listener: (size: number) => void = () => {}

  async function commit(requests: Request[]): Promise<Answer[]> {
    const { answers, seq } = (await writer.call('commit', requests)) as Committed
    if (seq > last) appended.forEach((told) => told(seq))
    last = Math.max(last, seq)
    if (requests.length > 0) listener(requests.length)
    return answers
  }

  const batcher = createBatcher(commit, { limit: queueLimit, size: batchSize })

  function ask<T>(name: string, query?: unknown): Promise<T> {
    const idlest = readers.reduce((best, reader) => (reader.pending() < best.pending() ? reader : best))
    return idlest.call(name, query) as Promise<T>
  }

  return {
    submit: async <C extends Command>(request: Request<C>) =>
      (await batcher.submit([request]))[0] as Answer<C>,
    submitAll: async <C extends Command>(requests: Request<C>[]) =>
      (await batcher.submit(requests)) as Answer<C>[],
    rooms: (query) => ask('rooms', query),
    room: (session, at = null) => ask('room', { session, at }),
    occupants: (query) => ask('occupants', query),
    stays: (query) => ask('stays', query),
    people: (query) => ask('people', query),
    person: (query) => ask('person', query),
    meetingsOf: (query) => ask('meetingsOf', query),
    meetings: (query) => ask('meetings', query),
    attendedStays: (query) => ask('attendedStays', query),
    events: (query) => ask('events', query),
    last: () => ask('last'),
    json: (name, query, now) => ask('json', { name, query, now }),
    hosts: () => ask('hosts'),
    stats: (query) => ask('stats', query),
    clients: (query) => ask('clients', query),
    removeDemo: () => writer.call('removeDemo') as Promise<Removed>,
    async ready() {
      await Promise.all([ask('ready'), commit([])])
    },
    waiting: () => batcher.waiting(),
    onCommit: (added) => {
      listener = added
    },
    onAppend: (told) => void appended.add(told),
    // One server a file: there is no other instance.
    lead: (lead) => void (work = lead(leading.signal)),
    async close() {
      leading.abort()
      await work
      await batcher.close()
      // The writer last: the last connection to close folds the log into the file, and a reader cannot.
      await Promise.all(readers.map(closeThread))
      await closeThread(writer)
    },
  }
}

async function closeThread(thread: Remote): Promise<void> {
  await thread.call('close')
  await thread.end()
}
