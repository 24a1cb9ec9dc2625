// npm run bench -- stream: how long an event takes to a thousand readers of the stream, and what they cost the server.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../test/e2e/until.ts'
import { start, type Contestant } from './contestant.ts'
import { row } from './table.ts'

const CASES = [
  { name: 'no reader', readers: 0, filter: '' },
  { name: '100 readers of everything', readers: 100, filter: '' },
  { name: '1,000 readers of everything', readers: 1_000, filter: '' },
  { name: '1,000 readers, each of another room', readers: 1_000, filter: 'room' },
]
/** Joins a second: each is one event, spread over as many rooms as the contestant has made. */
const RATE = 200
const ROOMS = 1_000

type Seen = { open: number; events: number; p50: number; p99: number; max: number }

export async function benchStream({ seconds }: { seconds: number }): Promise<void> {
  console.log(`\nFrom sending a join to its event at the reader, ${RATE} joins/s for ${seconds} s, SQLite\n`)
  const heads = ['events/s read', 'p50 ms', 'p99 ms', 'max ms', 'answer p99 ms', 'CPU of the server', 'MB']
  console.log(row('', ...heads))
  console.log(row('---', ...heads.map(() => '--:')))
  for (const { name, readers, filter } of CASES) {
    const server = await start('sqlite')
    const reading = fork(join(import.meta.dirname, 'readers.ts'), [server.url, `${readers}`, filter])
    try {
      await until('all readers are there', async () => (await ask(reading)).open === readers)
      await joins(server.url, 2)
      await pause(1_000)
      await ask(reading, 'forget')
      console.log(await measure(server, reading, { name, readers, filter, seconds }))
    } finally {
      reading.disconnect()
      await server.stop()
    }
  }
}

async function measure(
  server: Contestant,
  reading: ChildProcess,
  { name, readers, filter, seconds }: (typeof CASES)[number] & { seconds: number },
): Promise<string> {
  const [began, cpu] = [performance.now(), server.cpu()]
  const answers = await joins(server.url, seconds)
  const sent = answers.length
  const took = (performance.now() - began) / 1_000
  const busy = (server.cpu() - cpu) / took
  // Each event goes to all readers of everything, and to the one of its room.
  const wanted = readers === 0 ? 0 : filter === 'room' ? sent : sent * readers
  await until('all events are there', async () => (await ask(reading)).events >= wanted)
  const { open, events, p50, p99, max } = await ask(reading)
  if (open !== readers || events !== wanted) {
    throw new Error(`${open} of ${readers} readers have ${events} of ${wanted} events`)
  }
  const figures = readers === 0 ? ['', '', ''] : [p50, p99, max].map((ms) => ms.toFixed(1))
  const answered = answers.toSorted((one, other) => one - other)[Math.floor(sent * 0.99)] ?? NaN
  return row(
    name,
    (events / took).toFixed(0),
    ...figures,
    answered.toFixed(1),
    `${(busy * 100).toFixed(0)} %`,
    server.memory().now.toFixed(0),
  )
}

async function ask(reading: ChildProcess, what: 'tell' | 'forget' = 'tell'): Promise<Seen> {
  reading.send(what)
  const [seen] = (await once(reading, 'message')) as [Seen]
  return seen
}

let people = 0

/** As evenly as timers allow, whether the server keeps up or not; resolves with how long each answer took, ms. */
async function joins(url: string, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const answers: Promise<number>[] = []
  const began = performance.now()
  while (performance.now() - began < seconds * 1_000) {
    const due = ((performance.now() - began) / 1_000) * RATE
    while (answers.length < due) answers.push(joinRoom(url, agent, (people += 1)))
    await pause(2)
  }
  const times = await Promise.all(answers)
  agent.destroy()
  return times
}

function joinRoom(url: string, agent: Agent, n: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const sending = request(`${url}/api/v1/occupants`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', () =>
        answer.statusCode === 200
          ? resolve(now() - sent)
          : reject(new Error(`answered ${answer.statusCode}`)),
      )
    })
    sending.on('error', reject)
    const sent = now()
    const roomJid = `room${n % ROOMS}@conference.meet.example.com`
    const jid = `${n}@meet.example.com/browser`
    sending.end(JSON.stringify({ jid, roomJid, nick: `${Math.round(sent * 1_000)}`, role: 'participant' }))
  })
}

/** On the clock that all processes of the machine share, epoch ms with their fractions. */
function now(): number {
  return performance.timeOrigin + performance.now()
}
