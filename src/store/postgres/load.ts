// Reads what a batch needs before it can be judged: all of it in one round trip, foreseen from the commands.
import type { Command } from '../../ledger/command.ts'
import { hostNamed, type Host } from '../../ledger/host.ts'
import { spanOf, type Span } from '../../ledger/span.ts'
import type { Room, Stay } from '../../ledger/state.ts'
import type { Answer, Request } from '../store.ts'
import type { Connection } from './connection.ts'
import { jidKey } from './key.ts'
import type { BatchState, Need } from './state.ts'

const ROOM = `r.id, r.session, r.jid, r.created_at as "createdAt", r.ended_at as "endedAt",
  r.end_reason as "endReason", r.inferred`
const STAY = `s.id, s.room, s.jid, s.nick, s.role, s.email, s.user_id as "userId", s.joined_at as "joinedAt", s.nick_at as "nickAt",
  s.role_at as "roleAt", s.email_at as "emailAt", s.left_at as "leftAt", s.leave_reason as "leaveReason", s.inferred`
export const HOST = `name, boot_id as "bootId", contact_at as "contactAt", heartbeat_at as "heartbeatAt",
  alive_at as "aliveAt", in_sync as "inSync", lag, live_rooms as "liveRooms", live_occupants as "liveOccupants",
  received, refused, late, repaired`

/** Rooms of a JID by when they were created: in a span, one before it and two after it. */
function around(columns: string): string {
  return `select found.* from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as p (room_key, first, last)
    cross join lateral (
      (select ${columns} from rooms r where jid_key = p.room_key and created_at < p.first
        order by created_at desc, id desc limit 1)
      union all
      select ${columns} from rooms r where jid_key = p.room_key and created_at between p.first and p.last
      union all
      (select ${columns} from rooms r where jid_key = p.room_key and created_at > p.last
        order by created_at, id limit 2)) found`
}

// Each list is looked up entry by entry in an index: joined to a list, the planner has read whole tables.
const SQL = {
  lastSeq: 'select coalesce(max(seq), 0) as seq from events',
  answers:
    'select key, fingerprint, answer, received_at as "receivedAt" from answers where key = any($1::text[])',
  rooms: `select ${ROOM} from rooms r where session = any($1::text[])
    union select ${ROOM} from rooms r where jid_key = any($2::uuid[]) and ended_at is null`,
  stays: `select ${STAY} from unnest($1::uuid[], $2::uuid[]) as p (room_key, jid_key)
    cross join lateral (select id from rooms where jid_key = p.room_key and ended_at is null limit 1) r
    cross join lateral (
      select * from occupants where room = r.id and jid_key = p.jid_key and left_at is null limit 1) s`,
  stay: `select ${STAY} from occupants s where room = $1 and jid_key = $2 and left_at is null`,
  staysOfSessions: `select ${STAY} from unnest($1::text[]) as p (session)
    cross join lateral (select id from rooms where session = p.session limit 1) r
    cross join lateral (select * from occupants where room = r.id) s order by s.id`,
  staysOfRooms: `select ${STAY} from unnest($1::bigint[]) as p (room)
    cross join lateral (select * from occupants where room = p.room) s order by s.id`,
  staysOfHost: `select ${STAY} from rooms r cross join lateral (select * from occupants where room = r.id) s
    where r.host = $1 and r.ended_at is null order by s.id`,
  liveRooms: `select ${ROOM} from rooms r where host = $1 and ended_at is null`,
  roomsAround: around(ROOM),
  staysAround: `select ${STAY} from (select distinct id from (${around('r.id')}) every_span) around
    cross join lateral (select * from occupants where room = around.id) s order by s.id`,
  lastRoom: `select ${ROOM} from rooms r where jid_key = $1 order by id desc limit 1`,
  hosts: `select ${HOST} from hosts where name = any($1::text[])`,
}

export type KeptAnswer = { key: string; fingerprint: Buffer; answer: Answer; receivedAt: number }

/** Fills the state; resolves with the answers that are kept under the keys of these requests. */
export async function foresee(
  connection: Connection,
  state: BatchState,
  requests: Request[],
): Promise<KeptAnswer[]> {
  const wanted = wants(requests.map(({ command }) => command))
  const keys = requests.flatMap(({ key }) => (key === null ? [] : [key]))
  const [sessions, jids, hosts] = [[...wanted.sessions], [...wanted.jids], [...wanted.hosts]]
  const pairs = [...wanted.pairs.values()]
  const ending = [...wanted.endings]
  const ask = <T>(name: keyof typeof SQL, ...values: unknown[]) => connection.ask<T>(name, SQL[name], values)
  const none = <T>(): T[] => []

  const [last, answers, rooms, stays, endings, known] = await Promise.all([
    ask<{ seq: number }>('lastSeq'),
    keys.length > 0 ? ask<KeptAnswer>('answers', keys) : none<KeptAnswer>(),
    ask<Room>('rooms', sessions, jids.map(jidKey)),
    pairs.length > 0
      ? ask<Stay>(
          'stays',
          pairs.map(([roomJid]) => jidKey(roomJid)),
          pairs.map(([, jid]) => jidKey(jid)),
        )
      : none<Stay>(),
    ending.length > 0 ? ask<Stay>('staysOfSessions', ending) : none<Stay>(),
    ask<Host>('hosts', hosts),
    loadAround(connection, state, wanted.spans),
  ])
  state.lastSeq = last[0]?.seq ?? 0
  rooms.forEach((room) => state.addRoom(room))
  state.noRoom({ sessions, jids })
  stays.forEach((stay) => state.addStay(stay))
  for (const [roomJid, jid] of pairs) {
    const room = state.liveRoom(roomJid)
    if (room) state.noStay(room.id, jid)
  }
  const ended = ending.flatMap((session) => state.room(session)?.id ?? [])
  state.addEveryStay(ended, endings)
  for (const host of known) state.setHost(host.name, host)
  for (const host of hosts) state.setHost(host, null)
  return answers
}

/** What was around these spans, everybody who was there included. */
async function loadAround(connection: Connection, state: BatchState, spans: Span[]): Promise<void> {
  if (spans.length === 0) return
  const values = [
    spans.map(({ jid }) => jidKey(jid)),
    spans.map(({ from }) => from),
    spans.map(({ to }) => to),
  ]
  const [rooms, stays] = await Promise.all([
    connection.ask<Room>('roomsAround', SQL.roomsAround, values),
    connection.ask<Stay>('staysAround', SQL.staysAround, values),
  ])
  rooms.forEach((room) => state.addRoom(room))
  state.spansAreWhole(spans)
  state.addEveryStay(
    rooms.map(({ id }) => id),
    stays,
  )
}

/** Loads what was not foreseen: what belongs to lost rooms, snapshots and leases. */
export async function load(connection: Connection, state: BatchState, need: Need): Promise<void> {
  const ask = <T>(name: keyof typeof SQL, ...values: unknown[]) => connection.ask<T>(name, SQL[name], values)
  switch (need.what) {
    case 'session':
    case 'live room': {
      const sessions = need.what === 'session' ? [need.session] : []
      const jids = need.what === 'session' ? [] : [need.jid]
      const rooms = await ask<Room>('rooms', sessions, jids.map(jidKey))
      rooms.forEach((room) => state.addRoom(room))
      return state.noRoom({ sessions, jids })
    }
    case 'last room': {
      const [room] = await ask<Room>('lastRoom', jidKey(need.jid))
      return state.setLastRoom(need.jid, room ?? null)
    }
    case 'rooms around':
      return loadAround(connection, state, [need])
    case 'live rooms': {
      const [rooms, stays] = await Promise.all([
        ask<Room>('liveRooms', need.host),
        ask<Stay>('staysOfHost', need.host),
      ])
      rooms.forEach((room) => state.addRoom(room))
      state.hostIsWhole(need.host)
      return state.addEveryStay(
        rooms.map(({ id }) => id),
        stays,
      )
    }
    case 'host': {
      const [host] = await ask<Host>('hosts', [need.host])
      return state.setHost(need.host, host ?? null)
    }
    case 'stay': {
      const rows = await ask<Stay>('stay', need.room, jidKey(need.jid))
      rows.forEach((row) => state.addStay(row))
      return state.noStay(need.room, need.jid)
    }
    case 'every stay':
      return state.addEveryStay([need.room], await ask<Stay>('staysOfRooms', [need.room]))
  }
}

type Wants = {
  sessions: Set<string>
  /** JIDs whose live room is wanted. */
  jids: Set<string>
  hosts: Set<string>
  /** Somebody in the live room of a JID. */
  pairs: Map<string, [roomJid: string, jid: string]>
  /** Sessions whose room ends, and with it all that is in it. */
  endings: Set<string>
  /** Times of which something is told. */
  spans: Span[]
}

function wants(commands: Command[]): Wants {
  const wanted: Wants = {
    sessions: new Set(),
    jids: new Set(),
    hosts: new Set(commands.map(hostNamed)),
    pairs: new Map(),
    endings: new Set(),
    spans: [],
  }
  for (const command of commands) {
    switch (command.type) {
      case 'create-room':
        wanted.sessions.add(command.session)
        wanted.jids.add(command.jid)
        break
      case 'end-room':
        wanted.sessions.add(command.session)
        wanted.endings.add(command.session)
        break
      case 'join':
      case 'update':
      case 'leave':
        wanted.jids.add(command.roomJid)
        wanted.pairs.set(`${command.roomJid}\n${command.jid}`, [command.roomJid, command.jid])
        break
      case 'sync':
        for (const { session } of command.rooms) {
          wanted.sessions.add(session)
          wanted.endings.add(session)
        }
        break
      case 'tell':
        wanted.jids.add(command.jid)
        wanted.spans.push(spanOf(command))
        break
      case 'heartbeat':
      case 'expire':
    }
  }
  return wanted
}
