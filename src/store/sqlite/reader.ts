// A thread that answers questions, so that a long one never delays a join.
import { workerData } from 'node:worker_threads'
import { createMeetings } from './meetings.ts'
import { openForReading } from './open.ts'
import { createQueries } from './queries.ts'
import { serve } from './rpc.ts'

serve(() => {
  const db = openForReading(workerData as string)
  return {
    ...createQueries(db),
    ...createMeetings(db),
    close: () => db.close(),
  }
})
