// npm run bench -- attendance: how long a report takes, of what size, and what memory it needs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../src/store/open.ts'
import { start } from './contestant.ts'
import { addMeeting } from './meeting.ts'
import { median, row } from './table.ts'

const FORMATS = ['json', 'csv', 'xlsx']

export async function benchAttendance({ times }: { times: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const database = join(folder, 'rollcall.db')
  const sizes = [1_000, 50_000]
  const onLost = (error: Error) => {
    throw error
  }
  const store = await openStore({ database, schema: '', queueLimit: 10_000, onLost })
  for (const size of sizes) await addMeeting(store, `m${size}`, size)
  await store.close()

  console.log(`\n## Attendance of one meeting; medians of ${times}\n`)
  console.log(row('stays', 'format', 'ms', 'kB', 'MB more'))
  console.log(row('--:', '---', '--:', '--:', '--:'))
  for (const size of sizes) {
    for (const format of FORMATS) {
      // A server of its own for each: what the one before has grown to is not counted.
      const server = await start('sqlite', database, { rooms: false })
      const url = `${server.url}/api/v1/rooms/m${size}/attendance?format=${format}`
      await (await fetch(`${server.url}/api/v1/rooms/m1000/attendance`)).arrayBuffer()
      const before = server.memory().now
      const taken: number[] = []
      let bytes = 0
      for (let n = 0; n < times; n += 1) {
        const begun = performance.now()
        bytes = (await (await fetch(url)).arrayBuffer()).byteLength
        taken.push(performance.now() - begun)
      }
      const grown = server.memory().peak - before
      console.log(
        row(`${size}`, format, median(taken).toFixed(0), (bytes / 1_000).toFixed(0), grown.toFixed(0)),
      )
      await server.stop()
    }
  }
  rmSync(folder, { recursive: true })
}
