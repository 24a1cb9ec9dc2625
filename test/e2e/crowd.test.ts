// 50 rooms of 10 people, all at once.
import { expectLedger } from './compare.ts'
import { CONFERENCE } from './prosody.ts'
import { scenario, site } from './scenario.ts'
import { until } from './until.ts'

const ROOMS = 50
const PEOPLE = 10

const here = site()

scenario('50 rooms of 10 people at once are all in the ledger, each in order', here, async (s) => {
  const visits = await inSlices(ROOMS * PEOPLE, async (index) => ({
    person: await s.connect({ name: `p${index}`, transport: index % 2 === 0 ? 'websocket' : 'tcp' }),
    room: `crowd${index % ROOMS}@${CONFERENCE}`,
    nick: `Person ${index}`,
  }))
  await Promise.all(visits.map(({ person, room, nick }) => person.join(room, { nick })))
  await Promise.all(visits.map(({ person, room, nick }) => person.change(room, { nick: `${nick}, again` })))
  const cut = visits.filter((_, index) => index % 3 === 0)
  const rest = visits.filter((_, index) => index % 3 !== 0)
  await Promise.all(cut.map(({ person }) => person.drop()))
  await until('the others have noticed every cut', () => s.record.unnoticed === 0)
  await Promise.all(rest.map(({ person, room }) => person.leave(room)))
  await expectLedger(s, { order: 'each', patience: 30_000 })
})

/** Connecting costs a handful of round trips each; this is not what is looked at. */
async function inSlices<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  for (let from = 0; from < count; from += 50) {
    const slice = Array.from({ length: Math.min(50, count - from) }, (_, index) => make(from + index))
    made.push(...(await Promise.all(slice)))
  }
  return made
}
