// Holds the ledger against what the clients did: the event log, the rooms and the stays.
import assert from 'node:assert/strict'
import { readEvents, readOccupants, readRooms, type LedgerEvent } from './ledger.ts'
import type { Prosody } from './prosody.ts'
import type { ClientRecord, Deed } from './record.ts'
import { until } from './until.ts'

const SECOND = 1_000

type Options = {
  /** 'each': things happened at once, so the order is held for each person and for the room. */
  order?: 'total' | 'each'
  patience?: number
}

type Subject = { url: string; record: ClientRecord; prosody: Prosody }

/**
 * Waits until the ledger holds as much as happened and Prosody has nothing more to say, then holds one against
 * the other. Only the rooms of the record count: other scenarios of the same file have rooms of their own.
 */
export async function expectLedger({ url, record, prosody }: Subject, options: Options = {}): Promise<void> {
  const { deeds } = record
  const rooms = new Set(deeds.map(({ room }) => room))
  const read = async () => corrected((await readEvents(url)).filter(({ roomJid }) => rooms.has(roomJid)))
  await until(
    'the ledger holds as many events as there were deeds',
    async () => (await read()).length >= deeds.length,
    options.patience,
  ).catch(() => {}) // what is missing shows in the comparison below
  await prosody.idle() // what is too much, as well
  const events = await read()

  expectOwnSessions(events)
  for (const room of rooms) {
    const wrote = events.filter((event) => event.roomJid === room)
    const did = deeds.filter((deed) => deed.room === room)
    const lanes = options.order === 'each' ? byPerson(wrote, did) : [{ wrote, did }]
    for (const lane of lanes) expectSame(room, lane.wrote, lane.did)
    const times = wrote.map(({ at }) => Date.parse(at))
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
      `times in ${room} run forward`,
    )
  }
  await expectStays(url, rooms, deeds)
}

/** The log as it reads once its corrections are taken: an end that was concluded goes, or gets its true time. */
function corrected(events: LedgerEvent[]): LedgerEvent[] {
  const read: LedgerEvent[] = []
  for (const event of events) {
    const { type, session, at, data } = event
    if (type !== 'room.corrected' && type !== 'occupant.corrected') {
      read.push({ ...event })
      continue
    }
    const ended = type === 'room.corrected' ? 'room.ended' : 'occupant.left'
    const index = read.findLastIndex(
      (other) => other.type === ended && other.session === session && other.data['jid'] === data['jid'],
    )
    const [end] = read.splice(index, 1)
    assert.ok(index >= 0 && end, `${type} is about an end`)
    if ((data['endedAt'] ?? data['leftAt'] ?? null) === null) continue
    read.splice(index, 0, { ...end, at, data: { ...end.data, reason: data['reason'] ?? null } })
  }
  return read
}

/** A session belongs to one meeting of one room: it begins with its creation and never comes back. */
function expectOwnSessions(events: LedgerEvent[]): void {
  const live = new Map<string, string>()
  const seen = new Set<string>()
  for (const { type, session, roomJid } of events) {
    if (type === 'room.created') {
      assert.ok(!seen.has(session), `session ${session} was used twice`)
      assert.ok(!live.has(roomJid), `${roomJid} was created while it was live`)
      seen.add(session)
      live.set(roomJid, session)
    }
    assert.equal(session, live.get(roomJid), `${type} in ${roomJid} is of its live session`)
    if (type === 'room.ended') live.delete(roomJid)
  }
}

function expectSame(room: string, wrote: LedgerEvent[], did: Deed[]): void {
  const person = (jid: string | undefined) => (jid === undefined ? {} : { jid })
  assert.deepEqual(
    wrote.map(({ type, data }) => ({
      type,
      ...known(data, type.startsWith('room.') ? ['jid', 'session'] : []),
    })),
    did.map(({ type, jid, data }) => ({ type, ...known({ ...data, ...person(jid) }) })),
    `events of ${room}`,
  )
  for (const [index, { type, jid, asked, seen }] of did.entries()) {
    const at = Date.parse(wrote[index]?.at ?? '')
    const time = `${type} of ${jid ?? room}: at ${at}, asked for at ${asked}, seen at ${seen}`
    assert.ok(at >= asked - SECOND && at <= seen + SECOND, time)
  }
}

/** Splits a room's events into those of each person and those of the room, which begin and end it. */
function byPerson(wrote: LedgerEvent[], did: Deed[]): { wrote: LedgerEvent[]; did: Deed[] }[] {
  assert.equal(wrote[0]?.type, 'room.created')
  assert.equal(wrote.at(-1)?.type, did.at(-1)?.type)
  const whose = ({ type, data }: LedgerEvent) => (type.startsWith('room.') ? undefined : (data['jid'] ?? ''))
  const people = new Set([...did.map(({ jid }) => jid), ...wrote.map(whose)])
  return [...people].map((jid) => ({
    wrote: wrote.filter((event) => whose(event) === jid),
    did: did.filter((deed) => deed.jid === jid),
  }))
}

/** The reads for people: rooms live or ended, and who stayed in them until why. */
async function expectStays(url: string, mine: Set<string>, deeds: Deed[]): Promise<void> {
  const rooms: string[] = []
  const stays: { key: string; end: string | null }[] = []
  for (const { type, room, jid, data } of deeds) {
    const key = `${room} ${jid}`
    if (type === 'room.created') rooms.push(`${room} live`)
    if (type === 'room.ended') rooms[rooms.lastIndexOf(`${room} live`)] = `${room} ended`
    if (type === 'occupant.joined') stays.push({ key, end: 'still there' })
    const stay = stays.findLast((candidate) => candidate.key === key)
    if (type === 'occupant.left' && stay) stay.end = data['reason'] ?? null
  }
  const read = (await readRooms(url)).filter(({ jid }) => mine.has(jid))
  assert.deepEqual(
    read.map(({ jid, endedAt }) => `${jid} ${endedAt === null ? 'live' : 'ended'}`).sort(),
    rooms.sort(),
    'rooms',
  )
  const written: string[] = []
  for (const { session, jid: room } of read) {
    for (const { jid, leftAt, leaveReason } of await readOccupants(url, session)) {
      written.push(`${room} ${jid} ${leftAt === null ? 'still there' : leaveReason}`)
    }
  }
  assert.deepEqual(written.sort(), stays.map(({ key, end }) => `${key} ${end}`).sort(), 'stays')
}

/** Without what nobody knows, in the order of the names. */
function known(data: Deed['data'], without: string[] = []): Deed['data'] {
  const fields = Object.entries(data).filter(([name, value]) => value !== null && !without.includes(name))
  return Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
