// What every store answers when it is asked: lists, pages, people, and the world at an instant.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Command } from '../../src/ledger/command.ts'
import type {
  Key,
  KeyedPage,
  OccupantRecord,
  PeopleQuery,
  RoomRecord,
  RoomsQuery,
  StaysQuery,
  Store,
  Times,
} from '../../src/store/store.ts'
import { arrivals, createRoom, endRoom, join, leave, ROOM, T0, update } from '../support/commands.ts'
import { MemoryState } from '../support/memory-state.ts'
import {
  namesOf,
  peakOf,
  timeIn,
  worldAt,
  worldOf,
  type World,
  type WorldRoom,
  type WorldStay,
} from '../support/world.ts'
import { freshStores, type Engine } from './engine.ts'

const NOW = T0 + 3_600_000
const ALL = { state: 'all' as const, limit: 1_000, now: NOW }
const FOCUS = 'focus@auth.meet.example.com/focus'
const SECOND = 1_000
const RUNS = { numRuns: 12, endOnFailure: true }
const STATES = ['live', 'ended', 'all'] as const

export function readsContract(engine: Engine): void {
  const using = freshStores(engine)
  describe(`what is read from ${engine.name}`, () => {
    test('at every instant the world is what the log says of it', () =>
      fc.assert(
        fc.asyncProperty(
          arrivals,
          fc.array(fc.integer({ min: -1, max: 700 }), { minLength: 3, maxLength: 3 }),
          async (list, seconds) =>
            using(async (store) => {
              const world = await follow(store, list)
              for (const at of [null, ...seconds.map((second) => T0 + second * SECOND)]) {
                await assertWorld(store, at === null ? world : worldAt(world, at), at)
              }
            }),
        ),
        RUNS,
      ))

    test('people have the stays that are theirs, and nobody is left without one', () =>
      fc.assert(
        fc.asyncProperty(arrivals, (list) =>
          using(async (store) => {
            const { stays } = await follow(store, list)
            const { items } = await store.people({ limit: 1_000, now: NOW })
            assert.deepEqual(
              Object.fromEntries(
                items.map(({ id, meetings, stays, totalMs, firstSeen, live }) => [
                  id,
                  { meetings, stays, totalMs, firstSeen, live },
                ]),
              ),
              Object.fromEntries(
                [...Map.groupBy(stays, ({ person }) => person)].map(([id, theirs]) => [
                  id,
                  {
                    meetings: new Set(theirs.map(({ room }) => room)).size,
                    stays: theirs.length,
                    totalMs: timeIn(theirs, NOW),
                    firstSeen: Math.min(...theirs.map(({ joinedAt }) => joinedAt)),
                    live: theirs.some(({ leftAt }) => leftAt === null),
                  },
                ]),
              ),
            )
            for (const { id, name, names, email } of items) {
              const theirs = stays.filter(({ person }) => person === id)
              const last = Math.max(...theirs.map(({ joinedAt }) => joinedAt))
              const latest = theirs.filter(({ joinedAt }) => joinedAt === last).map(namesOf)
              assert.ok(latest.some((said) => said.nick === name && said.email === email))
              const heard = new Set(theirs.flatMap(({ said }) => said.map(({ nick }) => nick)))
              assert.deepEqual(
                names.filter((one) => !heard.has(one)),
                [],
              )
              assert.ok(names.includes(name))
            }
            const seen = items.map(({ id }) =>
              Math.max(...stays.filter(({ person }) => person === id).map(({ joinedAt }) => joinedAt)),
            )
            assert.deepEqual(
              seen,
              seen.toSorted((one, other) => other - one),
            )
          }),
        ),
        RUNS,
      ))

    test('pages of any size come to the whole list, in every order', () =>
      fc.assert(
        fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 3 }), (list, limit) =>
          using(async (store) => {
            await follow(store, list)
            for (const state of STATES) {
              for (const sort of ['created', 'ended', 'duration', 'name'] as const) {
                for (const descending of [true, false]) {
                  const query = { ...ALL, state, sort, descending }
                  const whole = (await store.rooms(query)).items
                  const pages = await inPages((after) => store.rooms({ ...query, limit, after }))
                  assert.deepEqual(pages.map(sessionOf), whole.map(sessionOf), `${state} ${sort}`)
                }
              }
              const whole = (await store.stays({ state, limit: 1_000 })).items
              assert.deepEqual(await inPages((after) => store.stays({ state, limit, after })), whole)
            }
            for (const sort of ['seen', 'name'] as const) {
              for (const descending of [true, false]) {
                const query: PeopleQuery = { limit: 1_000, sort, descending, now: NOW }
                const whole = (await store.people(query)).items
                assert.deepEqual(await inPages((after) => store.people({ ...query, limit, after })), whole)
              }
            }
          }),
        ),
        { ...RUNS, numRuns: 4 },
      ))

    test('while rooms come, end and are corrected, pages show what was there all along once, and nothing twice', () =>
      fc.assert(
        fc.asyncProperty(arrivals, fc.integer({ min: 0, max: 100 }), (arrived, percent) =>
          using(async (store) => {
            // What is told later of a meeting may give it another session and creation: it moves in the list.
            const list = arrived.filter(({ command }) => command.type !== 'tell')
            const before = Math.floor((list.length * percent) / 100)
            for (const { command, receivedAt } of list.slice(0, before)) await ask(store, command, receivedAt)
            const there = (await store.rooms(ALL)).items.map(sessionOf)
            const rest = list.slice(before)
            const query: RoomsQuery = { ...ALL, limit: 1 }
            const pages = await inPages(async (after) => {
              const page = await store.rooms({ ...query, after })
              for (const { command, receivedAt } of rest.splice(0, 5)) await ask(store, command, receivedAt)
              return page
            })
            const shown = pages.map(sessionOf)
            assert.equal(new Set(shown).size, shown.length)
            assert.deepEqual(
              there.filter((session) => !shown.includes(session)),
              [],
            )
            assert.deepEqual(
              shown.filter((session) => there.includes(session)),
              there,
            )
          }),
        ),
        RUNS,
      ))

    test('rooms are found by what is asked for, and by all of it at once', () =>
      using(async (store) => {
        const rooms = [
          {
            session: 's1',
            jid: 'caf%c3%a9@one.example.com',
            name: 'Café Weekly',
            kind: 'conference' as const,
          },
          {
            session: 's2',
            jid: 'x1@two.example.com',
            name: '100 %_ [a?*] done',
            kind: 'breakout' as const,
            parentJid: 'caf%c3%a9@one.example.com',
          },
          { session: 's3', jid: 'x2@two.example.com', name: 'ﬁnance', kind: null },
        ]
        for (const [index, room] of rooms.entries())
          await say(store, createRoom({ ...room, at: T0 + index * SECOND }))
        await say(store, join({ roomJid: 'x1@two.example.com', at: T0 + 5 * SECOND }))
        const found = async (query: Partial<RoomsQuery>) =>
          (await store.rooms({ ...ALL, ...query })).items.map(sessionOf).join(' ')
        const { person } = (await store.stays({ state: 'all', limit: 1 })).items[0] ?? {}
        assert.deepEqual(
          {
            'another case': await found({ q: 'CAFÉ' }),
            'written with two characters': await found({ q: 'cafe\u0301' }),
            'percent-encoded': await found({ q: 'caf%C3%A9@' }),
            'letters of a ligature': await found({ q: 'fin' }),
            'no wildcards': await found({ q: '%_' }),
            'no wildcard alone': await found({ q: '_' }),
            'no pattern': await found({ q: 'c*f' }),
            'no pattern alone': await found({ q: '?' }),
            'no set of characters': await found({ q: '[a-z]' }),
            'what would be patterns': await found({ q: ' [a?*]' }),
            'a JID': await found({ q: 'x2@' }),
            'across name and JID': await found({ q: 'weekly caf' }),
            'a host': await found({ host: 'two.example.com' }),
            'a kind': await found({ kind: 'breakout' }),
            'a kind that nobody said': await found({ kind: 'unknown' }),
            'a parent': await found({ parent: 'caf%c3%a9@one.example.com' }),
            'a part of a parent': await found({ parent: 'caf%c3%a9' }),
            'a parent without any': await found({ parent: 'x1@two.example.com' }),
            'a parent, in a time': await found({ parent: 'caf%c3%a9@one.example.com', to: T0 + SECOND }),
            'a person': await found({ person: person ?? '' }),
            nobody: await found({ person: 'nobody' }),
            'host and kind': await found({ host: 'one.example.com', kind: 'breakout' }),
            'oldest first': await found({ descending: false }),
            'by name': await found({ sort: 'name', descending: false }),
          },
          {
            'another case': 's1',
            'written with two characters': 's1',
            'percent-encoded': 's1',
            'letters of a ligature': 's3',
            'no wildcards': 's2',
            'no wildcard alone': 's2',
            'no pattern': '',
            'no pattern alone': 's2',
            'no set of characters': '',
            'what would be patterns': 's2',
            'a JID': 's3',
            'across name and JID': '',
            'a host': 's3 s2',
            'a kind': 's2',
            'a kind that nobody said': 's3',
            'a parent': 's2',
            'a part of a parent': '',
            'a parent without any': '',
            'a parent, in a time': '',
            'a person': 's2',
            nobody: '',
            'host and kind': '',
            'oldest first': 's1 s2 s3',
            'by name': 's2 s1 s3',
          },
        )
      }))

    test('a period has what was going on in it, from its first instant up to its last, which is not in it', () =>
      using(async (store) => {
        await say(store, createRoom({ at: T0 }), join({ at: T0 + 10 }), leave({ at: T0 + 20 }))
        await say(store, endRoom({ at: T0 + 50 }))
        await say(
          store,
          createRoom({ session: 'instant', at: T0 + 70 }),
          endRoom({ session: 'instant', at: T0 + 70 }),
        )
        await say(store, createRoom({ session: 'live', at: T0 + 100 }), join({ at: T0 + 110 }))
        const during = async (from: number | null, to: number | null) => {
          const times = { from: from === null ? null : T0 + from, to: to === null ? null : T0 + to }
          const rooms = (await store.rooms({ ...ALL, ...times, descending: false })).items.map(sessionOf)
          const stays = (await store.stays({ state: 'all', limit: 10, ...times })).items
          return `${rooms.join(' ')} | ${stays.map(({ joinedAt }) => joinedAt - T0).join(' ')}`
        }
        assert.equal(await during(0, 10), 's1 | ')
        assert.equal(await during(10, 11), 's1 | 10')
        assert.equal(await during(19, 20), 's1 | 10')
        assert.equal(await during(20, 70), 's1 | ')
        assert.equal(await during(50, 70), ' | ')
        assert.equal(await during(70, 71), 'instant | ')
        assert.equal(await during(71, 100), ' | ')
        assert.equal(await during(99, 101), 'live | ')
        assert.equal(await during(1_000, null), 'live | 110')
        assert.equal(await during(null, 100), 's1 instant | 10')
      }))

    test('presence before the creation of its room is in no list of that time, by whatever it is asked for', () =>
      using(async (store) => {
        await say(store, createRoom({ at: T0 + 10 }), join({ at: T0 }))
        for (const where of [{}, { room: ROOM }, { session: 's1' }]) {
          const found = async (times: Times) =>
            (await store.stays({ state: 'all', limit: 10, ...where, ...times })).items.length
          assert.deepEqual(
            [
              await found({ at: T0 }),
              await found({ at: T0 + 10 }),
              await found({ to: T0 + 10 }),
              await found({}),
            ],
            [0, 1, 0, 1],
          )
        }
      }))

    test('components of Jitsi are stays like others, and no people', () =>
      using(async (store) => {
        await say(
          store,
          createRoom(),
          join({ jid: FOCUS, nick: 'focus' }),
          join(),
          join({ jid: 'ben@example.com/b' }),
        )
        await say(store, leave())
        const [room] = (await store.rooms(ALL)).items
        assert.deepEqual([room?.occupants, room?.people, room?.peak], [1, 2, 2])
        const stays = async (service?: boolean) =>
          (await store.stays({ state: 'all', limit: 10, service })).items.map(({ jid }) => jid)
        assert.deepEqual(await stays(true), [FOCUS])
        assert.equal((await stays(false)).length, 2)
        assert.equal((await stays()).length, 3)
        assert.equal((await store.people({ limit: 10, now: NOW })).items.length, 2)
      }))

    test('stays are found by room, session, person, host and parent', () =>
      using(async (store) => {
        const other = { session: 's2', jid: 'weekly@other.example.com', parentJid: ROOM }
        await say(store, createRoom(), join(), endRoom(), createRoom({ ...other, kind: 'lobby' }))
        await say(
          store,
          join({ roomJid: other.jid }),
          join({ roomJid: other.jid, jid: 'ben@example.com/b', nick: 'Ben' }),
        )
        const found = async (query: Partial<StaysQuery>) =>
          (await store.stays({ state: 'all', limit: 10, ...query })).items.map(
            (stay) => `${stay.session} ${stay.nick}`,
          )
        const ann = (await store.stays({ state: 'all', limit: 10, session: 's1' })).items[0]?.person ?? ''
        assert.deepEqual(await found({}), ['s2 Ann', 's2 Ben', 's1 Ann'])
        assert.deepEqual(await found({ room: other.jid }), ['s2 Ann', 's2 Ben'])
        assert.deepEqual(await found({ session: 's1' }), ['s1 Ann'])
        assert.deepEqual(await found({ person: ann }), ['s2 Ann', 's1 Ann'])
        assert.deepEqual(await found({ person: ann, state: 'live' }), ['s2 Ann'])
        assert.deepEqual(await found({ host: 'other.example.com' }), ['s2 Ann', 's2 Ben'])
        assert.deepEqual(await found({ kind: 'lobby', person: ann }), ['s2 Ann'])
        assert.deepEqual(await found({ parent: ROOM }), ['s2 Ann', 's2 Ben'])
        assert.deepEqual(await found({ parent: ROOM, kind: 'breakout' }), [])
        assert.deepEqual(await found({ parent: other.jid }), [])
        assert.deepEqual(await found({ room: 'nowhere@example.com' }), [])
      }))

    test('a person is known by userId, else email, else JID with nick, and goes by the name said last', () =>
      using(async (store) => {
        const email = 'Ann@Example.com'
        await say(store, createRoom(), join({ email, nick: 'Ann', at: T0 + SECOND }))
        await say(
          store,
          join({
            jid: 'other@example.com/phone',
            email: email.toLowerCase(),
            nick: 'Ann B.',
            at: T0 + 2 * SECOND,
          }),
        )
        await say(store, join({ jid: 'ann@example.com/desk', userId: 'u-17', nick: 'Ann', email }))
        const all = (await store.people({ limit: 10, now: NOW, sort: 'name', descending: false })).items
        assert.deepEqual(
          all.map(({ name, names, stays, userId }) => ({ name, names, stays, userId })),
          [
            { name: 'Ann', names: ['Ann'], stays: 1, userId: 'u-17' },
            { name: 'Ann B.', names: ['Ann', 'Ann B.'], stays: 2, userId: null },
          ],
        )
        const found = async (query: Partial<PeopleQuery>) =>
          (await store.people({ limit: 10, now: NOW, ...query })).items.map(({ name }) => name)
        assert.deepEqual(await found({ verified: true }), ['Ann'])
        assert.deepEqual(await found({ verified: false }), ['Ann B.'])
        assert.deepEqual(await found({ q: 'ann b' }), ['Ann B.'])
        assert.deepEqual((await found({ q: 'ANN@EXAMPLE' })).toSorted(), ['Ann', 'Ann B.'])
        assert.deepEqual(await found({ q: 'ann', sort: 'name', descending: false }), ['Ann', 'Ann B.'])
        const first = await store.people({ q: 'ann', sort: 'name', limit: 1, now: NOW })
        assert.deepEqual(
          first.items.map(({ name }) => name),
          ['Ann B.'],
        )
        assert.deepEqual(await found({ q: 'ann', sort: 'name', after: first.next }), ['Ann'])
        assert.equal((await store.person({ id: all[1]?.id ?? '', now: NOW }))?.name, 'Ann B.')
        assert.equal(await store.person({ id: 'nobody', now: NOW }), null)
      }))

    test('who says their email later is somebody else from the beginning, and who they were is gone', () =>
      using(async (store) => {
        await say(store, createRoom(), join({ nick: 'Ann', at: T0 }))
        const [before] = (await store.people({ limit: 10, now: NOW })).items
        await say(store, update({ email: 'ann@example.com', at: T0 + SECOND }))
        const people = (await store.people({ limit: 10, now: NOW })).items
        assert.deepEqual(
          people.map(({ email, stays }) => ({ email, stays })),
          [{ email: 'ann@example.com', stays: 1 }],
        )
        assert.notEqual(people[0]?.id, before?.id)
        assert.equal(await store.person({ id: before?.id ?? '', now: NOW }), null)
      }))

    test('who said another email goes, and whom they had passed for is known by what is left', () =>
      using(async (store) => {
        const email = 'ann@example.com'
        const ben = 'ben@example.com/b'
        await say(store, createRoom(), join({ email, nick: 'Ann', at: T0 }))
        await say(
          store,
          update({ nick: 'Ann B.', at: T0 }),
          join({ jid: ben, email, nick: 'Ben', at: T0 + SECOND }),
        )
        await say(store, update({ jid: ben, email: 'ben@example.com', at: T0 + 2 * SECOND }))
        const people = (await store.people({ limit: 10, now: NOW, sort: 'name', descending: false })).items
        assert.deepEqual(
          people.map(({ name, names, email }) => ({ name, names, email })),
          [
            { name: 'Ann B.', names: ['Ann', 'Ann B.'], email },
            { name: 'Ben', names: ['Ben'], email: 'ben@example.com' },
          ],
        )
        const found = (await store.people({ limit: 10, now: NOW, q: 'ben' })).items
        assert.deepEqual(
          found.map(({ name }) => name),
          ['Ben'],
        )
      }))

    test('ten names of a person are kept, in the order in which they were heard', () =>
      using(async (store) => {
        await say(store, createRoom(), join({ email: 'ann@example.com', nick: 'Name 1' }))
        for (let n = 2; n <= 12; n += 1) await say(store, update({ nick: `Name ${n}` }))
        await say(store, update({ nick: 'Name 1' }))
        const [ann] = (await store.people({ limit: 10, now: NOW })).items
        assert.equal(ann?.name, 'Name 1')
        assert.deepEqual(
          ann?.names,
          Array.from({ length: 10 }, (_, n) => `Name ${n + 1}`),
        )
      }))

    test('the meetings of a person come latest first, with the time in each', () =>
      using(async (store) => {
        const device = (jid: string, at: number) =>
          join({ jid, email: 'ann@example.com', at: T0 + at * SECOND })
        await say(
          store,
          createRoom({ at: T0 }),
          device('ann@example.com/a', 0),
          device('ann@example.com/b', 3),
        )
        await say(store, leave({ jid: 'ann@example.com/a', at: T0 + 6 * SECOND }))
        await say(
          store,
          endRoom({ at: T0 + 9 * SECOND }),
          createRoom({ session: 's2', at: T0 + 10 * SECOND }),
        )
        await say(store, device('ann@example.com/a', 10))
        const [ann] = (await store.people({ limit: 1, now: NOW })).items
        const person = ann?.id ?? ''
        const meetings = await inPages((after) => store.meetingsOf({ person, limit: 1, after, now: NOW }))
        assert.deepEqual(
          meetings.map(({ session, joinedAt, leftAt, totalMs }) => [session, joinedAt, leftAt, totalMs]),
          [
            ['s2', T0 + 10 * SECOND, null, NOW - T0 - 10 * SECOND],
            ['s1', T0, T0 + 9 * SECOND, 9 * SECOND],
          ],
        )
        assert.deepEqual((await store.meetingsOf({ person: 'nobody', limit: 1, now: NOW })).items, [])
      }))
  })
}

/** Says all of it, and tells what the rules make of it. */
async function follow(store: Store, list: { command: Command; receivedAt: number }[]): Promise<World> {
  const state = new MemoryState()
  const answers = list.map(({ command, receivedAt }) => {
    state.take(command, receivedAt)
    return ask(store, command, receivedAt)
  })
  await Promise.all(answers)
  return worldOf(state.log)
}

async function assertWorld(store: Store, { rooms, stays }: World, at: number | null): Promise<void> {
  for (const state of STATES) {
    const query = { ...ALL, state, at, descending: false }
    const wanted = rooms.filter(({ endedAt }) => isIn(state, endedAt)).toSorted(byCreation)
    assert.deepEqual(
      (await store.rooms(query)).items.map(shownRoom),
      wanted.map((room) => wantedRoom(room, stays)),
    )
    const begun = new Set(rooms.map(({ id }) => id))
    const there = stays.filter(({ leftAt, room }) => isIn(state, leftAt) && begun.has(room))
    const found = (await store.stays({ state, limit: 1_000, at })).items
    assert.deepEqual(found.toSorted(byId).map(shownStay), there.toSorted(byId).map(wantedStay))
  }
  for (const room of rooms) {
    const one = await store.room(room.session, at)
    assert.deepEqual(one && shownRoom(one), wantedRoom(room, stays))
    const page = await store.occupants({ session: room.session, limit: 1_000, at })
    const inIt = stays.filter((stay) => stay.room === room.id)
    const inOrder = inIt.toSorted((one, other) => one.joinedAt - other.joinedAt || one.id - other.id)
    assert.deepEqual(page?.items.map(shownStay), inOrder.map(wantedStay))
  }
}

function isIn(state: (typeof STATES)[number], end: number | null): boolean {
  return state === 'all' || (state === 'live') === (end === null)
}

function byCreation(one: WorldRoom, other: WorldRoom): number {
  return one.createdAt - other.createdAt || one.id - other.id
}

function byId(one: { id: number }, other: { id: number }): number {
  return one.id - other.id
}

function shownRoom({ session, createdAt, endedAt, occupants, people, peak }: RoomRecord) {
  return { session, createdAt, endedAt, occupants, people, peak }
}

function wantedRoom({ id, session, createdAt, endedAt }: WorldRoom, all: WorldStay[]) {
  const stays = all.filter(({ room }) => room === id)
  return {
    session,
    createdAt,
    endedAt,
    occupants: stays.filter(({ leftAt }) => leftAt === null).length,
    people: new Set(stays.map(({ person }) => person)).size,
    peak: peakOf(stays),
  }
}

function shownStay({ id, jid, joinedAt, leftAt, nick, role, email, history }: OccupantRecord) {
  return { id, jid, joinedAt, leftAt, nick, role, email, history }
}

function wantedStay(stay: WorldStay) {
  const { id, jid, joinedAt, leftAt, said } = stay
  const history = said.toSorted((one, other) => one.at - other.at)
  return { id, jid, joinedAt, leftAt, ...namesOf(stay), history }
}

async function inPages<T>(page: (after: Key | null) => Promise<KeyedPage<T>>): Promise<T[]> {
  const all: T[] = []
  for (let after: Key | null = null; ;) {
    const { items, next }: KeyedPage<T> = await page(after)
    all.push(...items)
    if (next === null) return all
    after = next
  }
}

function sessionOf({ session }: { session: string }): string {
  return session
}

function ask(store: Store, command: Command, receivedAt: number): Promise<unknown> {
  return store.submit({ command, receivedAt, key: null })
}

async function say(store: Store, ...commands: Command[]): Promise<void> {
  for (const command of commands) assert.equal(await ask(store, command, T0), 'success')
}
