// A thread that answers questions, so that a long one never delays a join.
import { workerData } from 'node:worker_threads'
import { loadViews, type Asked } from '../views.ts'
import { createMeetings } from './meetings.ts'
import { openForReading } from './open.ts'
import { createQueries } from './queries.ts'
import { serve } from './rpc.ts'

const { path, views } = workerData as { path: string; views: string | undefined }
const show = await loadViews(views)

serve(() => {
  const db = openForReading(path)
  const queries = createQueries(db)
  return {
    ...queries,
    ...createMeetings(db),
    json: (asked: Asked) => show(queries[asked.name](asked.query as never), asked),
    close: () => db.close(),
  }
})
