// The one thread that writes: a batch of commands in, one transaction, one fsync, their answers out.
import { workerData } from 'node:worker_threads'
import { decide } from '../../ledger/decide.ts'
import { DEMO_HOST } from '../../ledger/demo.ts'
import type { State } from '../../ledger/state.ts'
import type { Answer, Request } from '../store.ts'
import { createAftermath } from './aftermath.ts'
import { createAnswers } from './answers.ts'
import { createDemo } from './demo.ts'
import { createHosts, type Hosts } from './hosts.ts'
import { openForWriting, type Db } from './open.ts'
import { serve } from './rpc.ts'
import { createTables } from './tables.ts'

/** `seq`: of the last event in the log. */
export type Committed = { answers: Answer[]; seq: number }

serve(() => {
  const { db, close } = openForWriting(workerData as string)
  const hosts = createHosts(db)
  const removeDemo = createDemo(db)
  return {
    commit: createCommit(db, hosts),
    removeDemo() {
      const removed = db.transaction(removeDemo).immediate()
      hosts.forget(DEMO_HOST)
      return removed
    },
    close,
  }
})

function createCommit(db: Db, hosts: Hosts): (requests: Request[]) => Committed {
  const tables = createTables(db)
  const answers = createAnswers(db)
  const aftermath = createAftermath(db)
  const begin = db.prepare('begin immediate')
  const commit = db.prepare('commit')
  let seq = db.prepare('select coalesce(max(seq), 0) from events').pluck().get() as number
  const state: State = {
    ...tables,
    host: (name) => hosts.get(name),
    get lastSeq() {
      return seq
    },
  }

  function judge({ command, receivedAt, key }: Request): Answer {
    const known = key === null ? undefined : answers.find(key, command, receivedAt)
    if (known) return known
    const { verdict, events, confirmed, host } = decide(state, command, receivedAt)
    for (const event of events) {
      seq += 1
      tables.apply({ ...event, seq, receivedAt })
    }
    if (confirmed) tables.confirm(confirmed)
    if (host) hosts.set(host)
    if (key !== null) answers.keep(key, command, verdict, receivedAt)
    return verdict
  }

  return (requests) => {
    const before = seq
    let committing = false
    try {
      begin.run()
      const judged = requests.map(judge)
      hosts.write()
      answers.sweep(requests[0]?.receivedAt ?? 0)
      aftermath.prepare()
      committing = true
      commit.run()
      aftermath.committed()
      hosts.committed()
      return { answers: judged, seq }
    } catch (error) {
      seq = before
      hosts.rolledBack()
      if (db.inTransaction) db.exec('rollback')
      if (committing) aftermath.failed()
      throw error
    }
  }
}
