// Writes what a batch has changed: one statement for each table, all of them and the commit in one round trip.
import { data, subject, type Logged } from '../../ledger/event.ts'
import { hostOf, type Host } from '../../ledger/host.ts'
import type { Room, Stay } from '../../ledger/state.ts'
import { personId } from '../person.ts'
import { searchText } from '../search.ts'
import type { Connection } from './connection.ts'
import { jidKey } from './key.ts'
import { FORGET, MEET, RECALL } from './people.ts'
import type { BatchState } from './state.ts'

export type NewAnswer = { key: string; fingerprint: string; answer: unknown; received_at: number }

// Rows come as JSON: one parameter a statement, whatever their number. Columns are named, so that a column added by a
// newer instance is no business of this one.
const insert = (table: string, columns: string) =>
  `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)`

const ROOM = `id, session, jid, jid_key, host, name, kind, parent_jid, created_at, ended_at, end_reason, inferred, search`
const OCCUPANT = `id, room, jid, jid_key, nick, role, email, avatar, user_agent, ip, user_id, joined_at, nick_at,
  role_at, email_at, left_at, leave_reason, inferred, person`
const HOST = `name, boot_id, contact_at, heartbeat_at, alive_at, in_sync, lag, live_rooms, live_occupants, received,
  refused, late, repaired`
const ENDINGS = `update rooms r set session = n.session, created_at = n.created_at, ended_at = n.ended_at,
    end_reason = n.end_reason, inferred = n.inferred
  from json_populate_recordset(null::rooms, $1) n where r.id = n.id`
const CHANGES = `update occupants o set room = n.room, nick = n.nick, role = n.role, email = n.email, nick_at = n.nick_at,
    role_at = n.role_at, email_at = n.email_at, left_at = n.left_at, leave_reason = n.leave_reason,
    inferred = n.inferred, person = n.person
  from json_populate_recordset(null::occupants, $1) n where o.id = n.id`

const SQL = {
  endings: ENDINGS,
  reopenings: ENDINGS,
  rooms: insert('rooms', ROOM),
  leaves: CHANGES,
  changes: CHANGES,
  people: MEET,
  occupants: insert('occupants', OCCUPANT),
  forget: FORGET,
  recall: RECALL,
  events: insert('events', 'seq, type, at, received_at, inferred, room, stay, data'),
  answers: `${insert('answers', 'key, fingerprint, answer, received_at')}
    on conflict (key) do update set fingerprint = excluded.fingerprint, answer = excluded.answer,
      received_at = excluded.received_at`,
  hosts: `${insert('hosts', HOST)}
    on conflict (name) do update set boot_id = excluded.boot_id, contact_at = excluded.contact_at,
      heartbeat_at = excluded.heartbeat_at, alive_at = excluded.alive_at, in_sync = excluded.in_sync,
      lag = excluded.lag, live_rooms = excluded.live_rooms, live_occupants = excluded.live_occupants,
      received = excluded.received, refused = excluded.refused, late = excluded.late,
      repaired = excluded.repaired`,
  notify: `select pg_notify($1, $2)`,
}

/** Sends the statements without waiting for one another; rejects if any of them fails. */
export function write(connection: Connection, state: BatchState, answers: NewAnswer[]): Promise<unknown>[] {
  // What ends comes before what begins: the unique indexes look after every row.
  const rooms = [...state.changedRooms].map(ending)
  const stays = [...state.changedStays].map(changes)
  const rows = {
    endings: rooms.filter(({ ended_at }) => ended_at !== null),
    reopenings: rooms.filter(({ ended_at }) => ended_at === null),
    rooms: [...state.created.keys()].map((id) => newRoom(state, id)),
    leaves: stays.filter(({ left_at }) => left_at !== null),
    changes: stays.filter(({ left_at }) => left_at === null),
    people: state.people.rows(),
    occupants: [...state.joined.keys()].map((id) => newOccupant(state, id)),
    // After the stays: whose last one became somebody else's is gone.
    forget: state.people.left(),
    recall: state.people.left(),
    events: state.events.map(eventRow),
    answers,
    hosts: [...state.changedHosts.values()].map(hostRow),
  }
  const tables = Object.keys(rows) as (keyof typeof rows)[]
  const sent = tables
    .filter((table) => rows[table].length > 0)
    .map((table) => connection.ask(`write ${table}`, SQL[table], [JSON.stringify(rows[table])]))
  if (state.events.length > 0) {
    sent.push(connection.ask('notify', SQL.notify, [connection.channel, `${state.lastSeq}`]))
  }
  return sent
}

function ending({ id, session, createdAt, endedAt, endReason, inferred }: Room) {
  return { id, session, created_at: createdAt, ended_at: endedAt, end_reason: endReason, inferred }
}

function newRoom(state: BatchState, id: number) {
  const { session, jid, createdAt, endedAt, endReason, inferred } = state.roomOf(id)
  const { name, kind, parentJid } = must(state.created.get(id))
  return {
    id,
    session,
    jid,
    jid_key: jidKey(jid),
    host: hostOf(jid),
    name,
    kind,
    parent_jid: parentJid,
    created_at: createdAt,
    ended_at: endedAt,
    end_reason: endReason,
    inferred,
    search: searchText(name, jid),
  }
}

function newOccupant(state: BatchState, id: number) {
  const stay = state.stayOf(id)
  const { avatar, userAgent, ip, userId } = must(state.joined.get(id))
  return {
    ...changes(stay),
    jid: stay.jid,
    jid_key: jidKey(stay.jid),
    avatar,
    user_agent: userAgent,
    ip,
    user_id: userId,
    joined_at: stay.joinedAt,
  }
}

function changes(stay: Stay) {
  const { id, room, nick, role, email, nickAt, roleAt, emailAt, leftAt, leaveReason, inferred } = stay
  const times = { nick_at: nickAt, role_at: roleAt, email_at: emailAt }
  const end = { left_at: leftAt, leave_reason: leaveReason, inferred }
  return { id, room, nick, role, email, ...times, ...end, person: personId(stay) }
}

/** As it is found in the table again. */
export function eventRow(event: Logged) {
  const { seq, type, at, receivedAt, inferred } = event
  return { seq, type, at, received_at: receivedAt, inferred, ...subject(event), data: data(event) }
}

function hostRow(host: Host) {
  return {
    name: host.name,
    boot_id: host.bootId,
    contact_at: host.contactAt,
    heartbeat_at: host.heartbeatAt,
    alive_at: host.aliveAt,
    in_sync: host.inSync,
    lag: host.lag,
    live_rooms: host.liveRooms,
    live_occupants: host.liveOccupants,
    received: host.received,
    refused: host.refused,
    late: host.late,
    repaired: host.repaired,
  }
}

function must<T>(known: T | undefined): T {
  if (known === undefined) throw new Error('what was begun in this batch is not known')
  return known
}
