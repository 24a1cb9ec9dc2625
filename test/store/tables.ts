// The tables three ways: as a store shows them, as the rules alone make them, and as the log alone tells them.
import assert from 'node:assert/strict'
import type { Command, Profile } from '../../src/ledger/command.ts'
import { hostOf, type Host } from '../../src/ledger/host.ts'
import { profileOf } from '../../src/ledger/profile.ts'
import type { EventRecord, OccupantRecord, RoomRecord, Store } from '../../src/store/store.ts'
import { T0 } from '../support/commands.ts'
import { MemoryState } from '../support/memory-state.ts'

type KnownRoom = Omit<RoomRecord, 'people' | 'peak'>
type KnownStay = Profile & Pick<OccupantRecord, 'jid' | 'joinedAt' | 'leftAt' | 'leaveReason' | 'inferred'>
/** Rooms by session, stays in order of arrival. */
type Tables = { room: KnownRoom; occupants: KnownStay[] }[]

export async function tablesOf(store: Store): Promise<Tables> {
  const { items } = await store.rooms({ state: 'all', limit: 1_000, now: T0 })
  const occupants = await Promise.all(items.map(({ session }) => store.occupants({ limit: 1_000, session })))
  return bySession(
    items.map(({ people: _people, peak: _peak, ...room }, index) => ({
      room,
      occupants: (occupants[index]?.items ?? [])
        .toSorted((one, other) => one.id - other.id)
        .map(({ jid, joinedAt, leftAt, leaveReason, inferred, ...stay }) => {
          return { ...profileOf(stay), jid, joinedAt, leftAt, leaveReason, inferred }
        }),
    })),
  )
}

function bySession(tables: Tables): Tables {
  return tables.toSorted(({ room: one }, { room: other }) => (one.session < other.session ? -1 : 1))
}

export async function allEvents(store: Store): Promise<EventRecord[]> {
  return (await store.events({ limit: 1_000, cursor: 0 })).items
}

export function replay(list: { command: Command; receivedAt: number }[]) {
  const state = new MemoryState()
  const verdicts = list.map(({ command, receivedAt }) => state.take(command, receivedAt).verdict)
  return { verdicts, state }
}

export function hostsOfModel(state: MemoryState): Host[] {
  return [...state.hosts.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

export function tablesOfModel(state: MemoryState): Tables {
  const tables = state.rooms
    .values()
    .toArray()
    .map(({ id, ...room }) => {
      const stays = state.occupants
        .values()
        .filter((stay) => stay.room === id)
        .toArray()
      return {
        room: {
          ...room,
          host: hostOf(room.jid),
          occupants: stays.filter((stay) => stay.leftAt === null).length,
        },
        occupants: stays.map(
          ({ id: _id, room: _room, nickAt: _n, roleAt: _r, emailAt: _e, ...occupant }) => occupant,
        ),
      }
    })
  return bySession(tables)
}

/** Folds what readers of the log are given, apart from the rules and from the tables. */
export function tablesOfLog(events: EventRecord[]): Tables {
  const rooms = new Map<string, KnownRoom>()
  const stays: (OccupantRecord & { seq: number; session: string })[] = []
  for (const { seq, type, at: instant, session, roomJid, inferred, data } of events) {
    const room = rooms.get(session)
    const theirs = stays.filter((one) => one.session === session && one.jid === data['jid'])
    // Where it is not said which stay: the one that goes on or, if none does, the last.
    const said = stays.find((one) => `${one.seq}` === data['joined'])
    const stay = said ?? theirs.findLast(({ leftAt }) => leftAt === null) ?? theirs.at(-1)
    if (type === 'room.created') {
      const { name, kind, parentJid } = data as Pick<RoomRecord, 'name' | 'kind' | 'parentJid'>
      const end = { endedAt: null, endReason: null, inferred: false, occupants: 0 }
      const known = { session, jid: roomJid, host: hostOf(roomJid), name, kind, parentJid }
      rooms.set(session, { ...known, createdAt: instant, ...end })
    } else if (type === 'room.identified' && room) {
      room.createdAt = instant
    } else if (type === 'occupant.joined' && room) {
      const who = data as unknown as OccupantRecord
      const end = { leftAt: null, leaveReason: null, inferred: false }
      stays.push({ ...who, joinedAt: instant, ...end, seq, session })
    } else if (type === 'occupant.updated' && stay) {
      Object.assign(stay, data)
    } else if (type === 'occupant.left' && stay) {
      Object.assign(stay, { leftAt: instant, leaveReason: data['reason'], inferred })
    } else if (type === 'occupant.corrected' && stay) {
      Object.assign(stay, { leftAt: epoch(data['leftAt']), leaveReason: data['reason'], inferred })
    } else if (type === 'occupant.moved' && stay) {
      stay.session = session
    } else if (type === 'room.ended' && room) {
      Object.assign(room, { endedAt: instant, endReason: data['reason'], inferred })
    } else if (type === 'room.corrected' && room) {
      Object.assign(room, { endedAt: epoch(data['endedAt']), endReason: data['reason'], inferred })
    } else {
      assert.fail(`${type} speaks of what never began`)
    }
  }
  const tables = [...rooms].map(([session, room]) => {
    const here = stays
      .filter((stay) => stay.session === session)
      .map(({ session: _session, seq: _seq, ...stay }) => stay)
    return {
      room: { ...room, occupants: here.filter(({ leftAt }) => leftAt === null).length },
      occupants: here,
    }
  })
  return bySession(tables)
}

function epoch(time: string | null | undefined): number | null {
  return typeof time === 'string' ? Date.parse(time) : null
}
