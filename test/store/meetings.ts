// What every store must tell of meetings and who was in them. An engine's own test calls this, as it calls contract.ts.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Command } from '../../src/ledger/command.ts'
import type { AttendedStay } from '../../src/ledger/attendance.ts'
import type { AttendedMeeting, Store } from '../../src/store/store.ts'
import { createRoom, endRoom, join, leave, T0, update } from '../support/commands.ts'
import { freshStores, type Engine } from './engine.ts'

const FIRST = { limit: 1_000, cursor: 0 }
const MINUTE = 60_000
const ROOM = createRoom().jid
const BREAKOUT = 'b1@breakout.example.com'
const BEN = 'ben@example.com/b'

export function meetingsContract(engine: Engine): void {
  const using = freshStores(engine)
  describe(`meetings on ${engine.name}`, () => {
    test('a meeting is found by its session, with all that was said of it', () =>
      using(async (store) => {
        await say(store, createRoom({ at: T0 }), join(), join({ jid: BEN }), leave(), join())
        const { items, next } = await store.meetings({ ...FIRST, session: 's1' })
        const room = {
          session: 's1',
          jid: ROOM,
          name: 'daily',
          createdAt: T0,
          endedAt: null,
          inferred: false,
        }
        assert.deepEqual([items, next], [[{ ...room, stays: 3 }], null])
        assert.deepEqual(await store.meetings({ ...FIRST, session: 'other' }), { items: [], next: null })
        assert.deepEqual(await store.attendedStays({ ...FIRST, session: 'other' }), { items: [], next: null })
      }))

    test('every stay is told, page by page, in order of arrival', () =>
      using(async (store) => {
        await say(store, createRoom({ at: T0 }))
        const said = { nick: 'Bén', email: 'ben@example.com', userId: 'u-2', role: 'moderator' } as const
        await say(store, join({ at: T0 }), leave({ at: T0 + 5 }), join({ ...said, jid: BEN, at: T0 + 1 }))
        const [first, second, third] = await staysOf(store, 's1', 1)
        const known = { email: null, userId: null, inferred: false, breakout: false }
        const ann = { ...known, jid: join().jid, nick: 'Ann', role: 'participant' }
        assert.deepEqual(first, { ...ann, joinedAt: T0, leftAt: T0 + 5 })
        assert.deepEqual(second, { ...known, ...said, jid: BEN, joinedAt: T0 + 1, leftAt: null })
        assert.equal(third, undefined)
      }))

    test('who was a moderator at any time is one, whatever came later', () =>
      using(async (store) => {
        await say(store, createRoom({ at: T0 }))
        const roles: Record<string, ('participant' | 'moderator')[]> = {
          always: ['moderator'],
          never: ['participant', 'participant'],
          first: ['moderator', 'participant'],
          between: ['participant', 'moderator', 'participant'],
          last: ['participant', 'moderator'],
        }
        for (const [nick, [role = 'participant', ...later]] of Object.entries(roles)) {
          const jid = `${nick}@example.com/x`
          await say(store, join({ jid, nick, role }))
          for (const role of later) await say(store, update({ jid, role }))
        }
        const found = (await staysOf(store, 's1')).map(({ nick, role }) => `${nick} ${role}`)
        assert.deepEqual(found, [
          'always moderator',
          'never participant',
          'first moderator',
          'between moderator',
          'last moderator',
        ])
      }))

    test('the breakout rooms of its time belong to a meeting, and no others', () =>
      using(async (store) => {
        const breakout = (session: string, more = {}) =>
          createRoom({ session, jid: `${session}@x`, kind: 'breakout', parentJid: ROOM, ...more })
        const within = (session: string, at = T0 + 3 * MINUTE) =>
          join({ roomJid: `${session}@x`, nick: session, at })
        await say(store, createRoom({ session: 'before', at: T0 }), breakout('old', { at: T0 + 1 }))
        await say(store, within('old', T0 + 2), endRoom({ session: 'old', jid: 'old@x', at: T0 + MINUTE }))
        await say(store, endRoom({ session: 'before', at: T0 + MINUTE }))
        await say(store, createRoom({ at: T0 + MINUTE }), join({ at: T0 + MINUTE }))
        await say(store, breakout('one', { at: T0 + 2 * MINUTE }), within('one'))
        await say(store, breakout('two', { at: T0 + 2 * MINUTE }), within('two'))
        await say(store, breakout('hall', { kind: 'lobby', at: T0 + 2 * MINUTE }), within('hall'))
        await say(store, breakout('strange', { parentJid: 'x@y', at: T0 + 2 * MINUTE }), within('strange'))
        await say(store, endRoom({ at: T0 + 3 * MINUTE }))
        await say(store, breakout('late', { at: T0 + 4 * MINUTE }), within('late'))
        const told = (await staysOf(store, 's1', 2)).map(({ nick, breakout }) => `${nick} ${breakout}`)
        assert.deepEqual(told, ['Ann false', 'one true', 'two true'])
        assert.equal((await store.meetings({ ...FIRST, session: 's1' })).items[0]?.stays, 3)
        assert.deepEqual(
          (await staysOf(store, 'before')).map(({ nick }) => nick),
          ['old'],
        )
      }))

    test('the meetings of a room in a time are those that were there in it, page by page', () =>
      using(async (store) => {
        for (let n = 0; n < 5; n += 1) {
          await say(store, createRoom({ session: `s${n}`, at: T0 + n * 10 * MINUTE }))
          if (n < 4) await say(store, endRoom({ session: `s${n}`, at: T0 + (n * 10 + 5) * MINUTE }))
        }
        await say(store, createRoom({ session: 'x', jid: 'other@example.com', at: T0 }))
        const sessions = async (from: number, to: number, limit = 1_000) =>
          (await meetingsOf(store, T0 + from * MINUTE, T0 + to * MINUTE, limit)).map(({ session }) => session)
        assert.deepEqual(await sessions(-10, 1_000), ['s0', 's1', 's2', 's3', 's4'])
        assert.deepEqual(await sessions(-10, 1_000, 2), ['s0', 's1', 's2', 's3', 's4'])
        assert.deepEqual(await sessions(4, 11), ['s0', 's1'])
        assert.deepEqual(await sessions(5, 10), [], 'the end of a time does not belong to it')
        assert.deepEqual(await sessions(500, 501), ['s4'], 'a live meeting goes on')
      }))

    test('JIDs as long as they may be are told apart', () =>
      using(async (store) => {
        const long = (last: string) => `${'j'.repeat(3_050)}${last}@x.test`
        await say(
          store,
          createRoom({ jid: long('1'), at: T0 }),
          createRoom({ session: 's2', jid: long('2') }),
        )
        await say(store, createRoom({ session: 'b', jid: BREAKOUT, kind: 'breakout', parentJid: long('2') }))
        await say(store, join({ roomJid: BREAKOUT }))
        const found = await store.meetings({ ...FIRST, jid: long('2'), from: 0, to: T0 * 2 })
        assert.deepEqual(
          found.items.map(({ session, stays }) => `${session} ${stays}`),
          ['s2 1'],
        )
        assert.equal((await staysOf(store, 's1')).length, 0)
      }))
  })
}

async function say(store: Store, ...commands: Command[]): Promise<void> {
  for (const command of commands)
    assert.equal(await store.submit({ command, receivedAt: T0 + 60 * MINUTE, key: null }), 'success')
}

async function staysOf(store: Store, session: string, limit = 1_000): Promise<AttendedStay[]> {
  const stays: AttendedStay[] = []
  for (let cursor: number | null = 0; cursor !== null;) {
    const page: Awaited<ReturnType<Store['attendedStays']>> = await store.attendedStays({
      session,
      cursor,
      limit,
    })
    assert.ok(page.items.length <= limit)
    stays.push(...page.items)
    cursor = page.next
  }
  return stays
}

async function meetingsOf(store: Store, from: number, to: number, limit: number): Promise<AttendedMeeting[]> {
  const meetings: AttendedMeeting[] = []
  for (let cursor: number | null = 0; cursor !== null;) {
    const query = { jid: ROOM, from, to, limit, cursor }
    const page: Awaited<ReturnType<Store['meetings']>> = await store.meetings(query)
    assert.ok(page.items.length <= limit)
    meetings.push(...page.items)
    cursor = page.next
  }
  return meetings
}
