// The tables as the rules see them, and what each event does to them. Runs inside the writer's transaction.
import { data, subject, type Logged, type RoomId } from '../../ledger/event.ts'
import { hostOf } from '../../ledger/host.ts'
import type { Room, State, Stay } from '../../ledger/state.ts'
import type { Confirmed } from '../../ledger/updating.ts'
import { searchText } from '../search.ts'
import type { Db } from './open.ts'
import { createPeople } from './people.ts'

const ROOM = `id, session, jid, created_at as createdAt, ended_at as endedAt, end_reason as endReason, inferred`
const STAY = `id, room, jid, nick, role, email, user_id as userId, joined_at as joinedAt, coalesce(nick_at, joined_at) as nickAt,
  coalesce(role_at, joined_at) as roleAt, coalesce(email_at, joined_at) as emailAt,
  left_at as leftAt, leave_reason as leaveReason, inferred`

/** SQLite knows no booleans. */
type Row<T> = Omit<T, 'inferred'> & { inferred: number }

export type Tables = Omit<State, 'lastSeq' | 'host'> & {
  apply(event: Logged): void
  confirm(confirmed: Confirmed): void
}

export function createTables(db: Db): Tables {
  const room = db.prepare<[string], Row<Room>>(`select ${ROOM} from rooms where session = ?`)
  const liveRoom = db.prepare<[string], Row<Room>>(
    `select ${ROOM} from rooms where jid = ? and ended_at is null`,
  )
  const lastRoom = db.prepare<[string], Row<Room>>(
    `select ${ROOM} from rooms where jid = ? order by id desc limit 1`,
  )
  const roomsAround = db.prepare<{ jid: string; from: number; to: number }, Row<Room>>(
    `select * from (
       select * from (select ${ROOM} from rooms where jid = :jid and created_at < :from
         order by created_at desc, id desc limit 1)
       union all select ${ROOM} from rooms where jid = :jid and created_at between :from and :to
       union all select * from (select ${ROOM} from rooms where jid = :jid and created_at > :to
         order by created_at, id limit 2))
     order by createdAt, id`,
  )
  const liveRooms = db.prepare<[string], Row<Room>>(
    `select ${ROOM} from rooms where host = ? and ended_at is null order by id`,
  )
  const stay = db.prepare<[RoomId, string], Row<Stay>>(
    `select ${STAY} from occupants where room = ? and jid = ? and left_at is null`,
  )
  const stays = db.prepare<[RoomId], Row<Stay>>(
    `select ${STAY} from occupants where room = ? and left_at is null order by id`,
  )
  const everyStay = db.prepare<[RoomId], Row<Stay>>(
    `select ${STAY} from occupants where room = ? order by id`,
  )
  const lastInstant = db
    .prepare<[RoomId, RoomId], number>(
      `select max(created_at, coalesce((select max(max(joined_at, coalesce(left_at, 0)))
       from occupants where room = ?), 0)) from rooms where id = ?`,
    )
    .pluck()

  const createRoom = db.prepare(
    `insert into rooms (id, session, jid, host, name, kind, parent_jid, created_at, search)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const endRoom = db.prepare('update rooms set ended_at = ?, end_reason = ?, inferred = ? where id = ?')
  const identify = db.prepare('update rooms set session = ?, created_at = ? where id = ?')
  const join = db.prepare(
    `insert into occupants (id, room, jid, nick, role, email, avatar, user_agent, ip, user_id, joined_at, person)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const update = db.prepare(
    `update occupants set nick = coalesce(?, nick), role = coalesce(?, role), email = coalesce(?, email),
     nick_at = coalesce(?, nick_at), role_at = coalesce(?, role_at), email_at = coalesce(?, email_at) where id = ?`,
  )
  const leave = db.prepare('update occupants set left_at = ?, leave_reason = ?, inferred = ? where id = ?')
  const move = db.prepare('update occupants set room = ? where id = ?')
  const people = createPeople(db)
  const log = db.prepare(
    'insert into events (seq, type, at, received_at, inferred, room, stay, data) values (?, ?, ?, ?, ?, ?, ?, ?)',
  )

  function apply(event: Logged): void {
    const { seq, type, at, receivedAt } = event
    change(event)
    const { room, stay } = subject(event)
    log.run(seq, type, at, receivedAt, event.inferred ? 1 : 0, room, stay, JSON.stringify(data(event)))
  }

  function change(event: Logged): void {
    switch (event.type) {
      case 'room.created': {
        const { seq, session, jid, name, kind, parentJid, at } = event
        createRoom.run(seq, session, jid, hostOf(jid), name, kind, parentJid, at, searchText(name, jid))
        return
      }
      case 'room.ended':
        endRoom.run(event.at, event.reason, Number(event.inferred), event.room)
        return
      case 'room.corrected':
        endRoom.run(event.endedAt, event.reason, Number(event.inferred), event.room)
        return
      case 'room.identified':
        identify.run(event.session, event.at, event.room)
        return
      case 'occupant.joined': {
        const { seq, room, jid, nick, role, email, avatar, userAgent, ip, userId, at } = event
        join.run(seq, room, jid, nick, role, email, avatar, userAgent, ip, userId, at, people.met(event))
        return
      }
      case 'occupant.updated': {
        const { nick, role, email } = event.changes
        const setAt = [nick, role, email].map((value) => (value === undefined ? null : event.at))
        update.run(nick ?? null, role ?? null, email ?? null, ...setAt, event.stay)
        if (nick !== undefined || email !== undefined) people.changed(event.stay)
        return
      }
      case 'occupant.left':
        leave.run(event.at, event.reason, Number(event.inferred), event.stay)
        return
      case 'occupant.corrected':
        leave.run(event.leftAt, event.reason, Number(event.inferred), event.stay)
        return
      case 'occupant.moved':
        move.run(event.room, event.stay)
    }
  }

  function confirm({ stay, at, fields }: Confirmed): void {
    const setAt = (['nick', 'role', 'email'] as const).map((field) => (fields.includes(field) ? at : null))
    update.run(null, null, null, ...setAt, stay)
  }

  return {
    room: (session) => one(room.get(session)),
    liveRoom: (jid) => one(liveRoom.get(jid)),
    lastRoom: (jid) => one(lastRoom.get(jid)),
    roomsAround: (jid, from, to) => roomsAround.all({ jid, from, to }).map(toEntity),
    liveRooms: (host) => liveRooms.all(host).map(toEntity),
    stay: (roomId, jid) => one(stay.get(roomId, jid)),
    stays: (roomId) => stays.all(roomId).map(toEntity),
    everyStay: (roomId) => everyStay.all(roomId).map(toEntity),
    lastInstant: (roomId) => lastInstant.get(roomId, roomId) as number,
    apply,
    confirm,
  }
}

function one<T>(row: Row<T> | undefined): T | undefined {
  return row && toEntity(row)
}

function toEntity<T>(row: Row<T>): T {
  return { ...row, inferred: row.inferred === 1 } as T
}
