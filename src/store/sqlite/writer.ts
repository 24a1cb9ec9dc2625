// The one thread that writes: a batch of commands in, one transaction, one fsync, their answers out.
import { workerData } from 'node:worker_threads'
import { decide } from '../../ledger/decide.ts'
import type { LedgerEvent } from '../../ledger/event.ts'
import type { Answer, Request } from '../store.ts'
import { createAnswers } from './answers.ts'
import { openForWriting, type Db } from './open.ts'
import { serve } from './rpc.ts'
import { createTables } from './tables.ts'

/** Live counts are as of this commit. */
export type Committed = { answers: Answer[]; liveRooms: number; liveOccupants: number }

serve(() => {
  const { db, close } = openForWriting(workerData as string)
  return { commit: createCommit(db), close }
})

function createCommit(db: Db): (requests: Request[]) => Committed {
  const tables = createTables(db)
  const answers = createAnswers(db)
  const begin = db.prepare('begin immediate')
  const commit = db.prepare('commit')
  let state = readCounters(db)

  function judge({ command, receivedAt, key }: Request): Answer {
    const known = key === null ? undefined : answers.find(key, command, receivedAt)
    if (known) return known
    const { verdict, events, confirmed } = decide(tables, command, receivedAt)
    for (const event of events) {
      state.seq += 1
      tables.apply({ ...event, seq: state.seq, receivedAt })
      count(event)
    }
    if (confirmed) tables.confirm(confirmed)
    if (key !== null) answers.keep(key, command, verdict, receivedAt)
    return verdict
  }

  function count(event: LedgerEvent): void {
    if (event.type === 'room.created') state.liveRooms += 1
    if (event.type === 'room.ended') state.liveRooms -= 1
    if (event.type === 'occupant.joined') state.liveOccupants += 1
    if (event.type === 'occupant.left') state.liveOccupants -= 1
  }

  return (requests) => {
    const before = { ...state }
    try {
      begin.run()
      const judged = requests.map(judge)
      answers.sweep(requests[0]?.receivedAt ?? 0)
      commit.run()
      return { answers: judged, liveRooms: state.liveRooms, liveOccupants: state.liveOccupants }
    } catch (error) {
      state = before
      if (db.inTransaction) db.exec('rollback')
      throw error
    }
  }
}

function readCounters(db: Db): { seq: number; liveRooms: number; liveOccupants: number } {
  const number = (sql: string) => db.prepare(sql).pluck().get() as number
  return {
    seq: number('select coalesce(max(seq), 0) from events'),
    liveRooms: number('select count(*) from rooms where ended_at is null'),
    liveOccupants: number('select count(*) from occupants where left_at is null'),
  }
}
