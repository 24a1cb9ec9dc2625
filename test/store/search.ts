// Looking for a text: what every store must find. An engine's own test calls this with a way to open a fresh database.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { searched, searchText } from '../../src/store/search.ts'
import type {
  PeopleQuery,
  PeopleSort,
  PersonRecord,
  RoomsQuery,
  RoomSort,
  Store,
} from '../../src/store/store.ts'
import { createRoom, HOST, join, T0, update } from '../support/commands.ts'
import { freshStores, type Engine } from './engine.ts'

/** More of them than are looked up one by one; only the last few have a name of their own. */
const ROOMS = 1_300
/** More than are put into the index of texts at once, and some besides. */
const PEOPLE = 700
const RENAMED = 100
const KINDS = ['conference', 'breakout'] as const
const ODD = [
  'Ünïcødé',
  '日本語の会議',
  'say "hi" AND bye',
  '👩‍🚀 crew',
  "o'neill*",
  'NOT near(x)',
  'ab',
  'caf%C3%A9',
  'abcd bcde',
  'ʘ\u{10ffff}',
]

export function searchContract(engine: Engine): void {
  const using = freshStores(engine)
  describe(`looking for a text in ${engine.name}`, () => {
    test('finds the rooms that have it, however few or many, in whatever order', () =>
      using(async (store) => {
        const names = await fill(store)
        const part = fc
          .record({
            name: fc.oneof(fc.constantFrom(...ODD), fc.constantFrom(...names)),
            from: fc.nat(12),
            length: fc.integer({ min: 1, max: 18 }),
          })
          .map(({ name, from, length }) =>
            Array.from(name)
              .slice(from, from + length)
              .join(''),
          )
        const text = fc.oneof(
          part,
          fc.constantFrom(
            'ʘ',
            'yz',
            'z',
            'meeting',
            'nowhere',
            'g 1',
            'abcde',
            'say "hi" AND nay',
            '@',
            'zz',
            '"',
            '*',
          ),
        )
        const asked = fc.record({
          sort: fc.constantFrom<RoomSort>('created', 'name'),
          kind: fc.constantFrom(undefined, ...KINDS),
        })
        await fc.assert(
          fc.asyncProperty(text, asked, async (q, { sort, kind }) => {
            fc.pre(q !== '')
            const having = names.flatMap((name, index) => {
              const is = kind === undefined || kind === kindOf(index)
              return is && searchText(name, jidOf(index)).includes(searched(q)) ? [`s${index}`] : []
            })
            assert.deepEqual((await found(store, { q, sort, kind })).toSorted(), having.toSorted())
          }),
          { numRuns: 40, endOnFailure: true },
        )
      }))

    test('finds the people who have it, whoever was named anew or is gone', () =>
      using(async (store) => {
        await meet(store)
        const everybody = await people(store, {})
        assert.equal(everybody.length, PEOPLE + RENAMED)
        const part = fc
          .record({
            person: fc.constantFrom(...everybody),
            from: fc.nat(8),
            length: fc.integer({ min: 1, max: 9 }),
          })
          .map(({ person, from, length }) => person.name.slice(from, from + length))
        const text = fc.oneof(
          part,
          fc.constantFrom('old', 'new 7', 'guest', '9@', 'zz', '.org', 'rg', 'nowhere'),
        )
        await fc.assert(
          fc.asyncProperty(text, fc.constantFrom<PeopleSort>('seen', 'name'), async (q, sort) => {
            fc.pre(q !== '')
            const having = everybody.filter(({ name, email }) =>
              searchText(name, email).includes(searched(q)),
            )
            const found = await people(store, { q, sort })
            assert.deepEqual(idsOf(found), idsOf(having))
          }),
          { numRuns: 60, endOnFailure: true },
        )
      }))
  })
}

/** Guests, and people with an address who come twice, under another name; some guests turn out to be somebody else. */
async function meet(store: Store): Promise<void> {
  const guests = Array.from({ length: PEOPLE }, (_, n) =>
    join({ jid: `g${n}@example.com/a`, nick: `Guest ${n}` }),
  )
  const known = (n: number, nick: string) =>
    join({ jid: `p${n}@example.com/${nick}`, nick, email: `p${n}@example.org` })
  const first = Array.from({ length: RENAMED }, (_, n) => known(n, `Old ${n}`))
  const again = Array.from({ length: RENAMED }, (_, n) => known(n, `New ${n}`))
  const other = Array.from({ length: 20 }, (_, n) =>
    update({ jid: `g${n * 30}@example.com/a`, email: `other${n}@example.net` }),
  )
  const commands = [createRoom(), ...first, ...guests, ...again, ...other]
  await store.submitAll(
    commands.map((command, n) => ({
      command: { ...command, at: T0 + n },
      receivedAt: T0 + 10_000,
      key: null,
    })),
  )
}

async function people(store: Store, asked: Pick<PeopleQuery, 'q' | 'sort'>): Promise<PersonRecord[]> {
  const found: PersonRecord[] = []
  for (let after = null; ;) {
    const { items, next } = await store.people({ ...asked, limit: 400, after, now: T0 + 10_000 })
    found.push(...items)
    if (!next) return found
    after = next
  }
}

function idsOf(people: PersonRecord[]): string[] {
  return people.map(({ id }) => id).toSorted()
}

async function fill(store: Store): Promise<string[]> {
  const plain = Array.from({ length: ROOMS - ODD.length }, (_, index) => `Meeting ${index}`)
  const names = [...plain, ...ODD]
  const requests = names.map((name, index) => {
    const [jid, kind] = [jidOf(index), kindOf(index)]
    const command = createRoom({ session: `s${index}`, name, jid, kind, at: T0 + index })
    return { command, receivedAt: T0 + ROOMS, key: null }
  })
  await store.submitAll(requests)
  return names
}

/** The last one ends as no other does, in one character and in two. */
function jidOf(index: number): string {
  return `r${index}@${index === ROOMS - 1 ? 'conference.example.xyz' : HOST}`
}

function kindOf(index: number): (typeof KINDS)[number] {
  return KINDS[index % 2] ?? KINDS[0]
}

async function found(store: Store, asked: Pick<RoomsQuery, 'q' | 'sort' | 'kind'>): Promise<string[]> {
  const sessions: string[] = []
  for (let after = null; ;) {
    const { items, next } = await store.rooms({ state: 'all', ...asked, limit: 700, after, now: T0 + ROOMS })
    sessions.push(...items.map(({ session }) => session))
    if (!next) return sessions
    after = next
  }
}
