// How soon a join through one instance is on the feed of another: this process is the other one.
import { setTimeout as pause } from 'node:timers/promises'
import { createFeed } from '../src/feed/tail.ts'
import { openPostgres } from '../src/store/postgres/store.ts'
import { start } from './contestant.ts'
import { percentile } from './table.ts'

/** Light load: a join every so often, ms. */
const PAUSE = 10

/** Milliseconds from sending the request to reading the event. */
export async function benchHeard(url: string, schema: string, joins: number): Promise<void> {
  const server = await start('postgres', `${url}#${schema}`)
  const store = await openPostgres({ url, schema, queueLimit: 1 })
  const over = new AbortController()
  const sent = new Map<string, number>()
  const times: number[] = []
  const following = (async () => {
    for await (const events of createFeed(store).follow(0, over.signal)) {
      const now = performance.now()
      for (const { data } of events) {
        const began = sent.get(data['jid'] ?? '')
        if (began !== undefined) times.push(now - began)
      }
    }
  })()
  const answers: Promise<void>[] = []
  for (let n = 0; n < joins; n += 1) {
    const jid = `${n}@example.com`
    sent.set(jid, performance.now())
    answers.push(join(server.url, jid, n))
    await pause(PAUSE)
  }
  await Promise.all(answers)
  while (times.length < joins) await pause(PAUSE)
  over.abort()
  await following
  await store.close()
  await server.stop()
  const [p50, p99] = [percentile(times, 50), percentile(times, 99)].map((ms) => ms.toFixed(1))
  console.log(
    `\nA join through one instance is on the feed of another after ${p50} ms (p50), ${p99} ms (p99);`,
  )
  console.log(`${joins} joins, one every ${PAUSE} ms.`)
}

async function join(url: string, jid: string, n: number): Promise<void> {
  const roomJid = `room${n % 1_000}@conference.meet.example.com`
  const response = await fetch(`${url}/api/v1/occupants`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jid, roomJid, nick: 'Ann Example', role: 'participant' }),
  })
  if (response.status !== 200) throw new Error(await response.text())
  await response.text()
}
