// The tables as the rules see them, and what each event does to them. Runs inside the writer's transaction.
import type { Confirmed } from '../../ledger/decide.ts'
import { data, subject, type Logged, type RoomId } from '../../ledger/event.ts'
import type { Room, State, Stay } from '../../ledger/state.ts'
import type { Db } from './open.ts'

const ROOM = 'id, session, jid, created_at as createdAt, ended_at as endedAt'
const STAY = `id, room, jid, nick, role, email, joined_at as joinedAt, coalesce(nick_at, joined_at) as nickAt,
  coalesce(role_at, joined_at) as roleAt, coalesce(email_at, joined_at) as emailAt`

export type Tables = State & { apply(event: Logged): void; confirm(confirmed: Confirmed): void }

export function createTables(db: Db): Tables {
  const room = db.prepare<[string], Room>(`select ${ROOM} from rooms where session = ?`)
  const liveRoom = db.prepare<[string], Room>(`select ${ROOM} from rooms where jid = ? and ended_at is null`)
  const stay = db.prepare<[RoomId, string], Stay>(
    `select ${STAY} from occupants where room = ? and jid = ? and left_at is null`,
  )
  const stays = db.prepare<[RoomId], Stay>(
    `select ${STAY} from occupants where room = ? and left_at is null order by id`,
  )
  const lastInstant = db
    .prepare<[RoomId, RoomId], number>(
      `select max(created_at, coalesce((select max(max(joined_at, coalesce(left_at, 0)))
       from occupants where room = ?), 0)) from rooms where id = ?`,
    )
    .pluck()

  const createRoom = db.prepare(
    'insert into rooms (id, session, jid, name, kind, parent_jid, created_at) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const endRoom = db.prepare('update rooms set ended_at = ?, end_reason = ? where id = ?')
  const join = db.prepare(
    `insert into occupants (id, room, jid, nick, role, email, avatar, user_agent, ip, user_id, joined_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const update = db.prepare(
    `update occupants set nick = coalesce(?, nick), role = coalesce(?, role), email = coalesce(?, email),
     nick_at = coalesce(?, nick_at), role_at = coalesce(?, role_at), email_at = coalesce(?, email_at) where id = ?`,
  )
  const leave = db.prepare('update occupants set left_at = ?, leave_reason = ? where id = ?')
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
      case 'room.created':
        createRoom.run(event.seq, event.session, event.jid, event.name, event.kind, event.parentJid, event.at)
        return
      case 'room.ended':
        endRoom.run(event.at, event.reason, event.room)
        return
      case 'occupant.joined': {
        const { seq, room, jid, nick, role, email, avatar, userAgent, ip, userId, at } = event
        join.run(seq, room, jid, nick, role, email, avatar, userAgent, ip, userId, at)
        return
      }
      case 'occupant.updated': {
        const { nick, role, email } = event.changes
        const setAt = [nick, role, email].map((value) => (value === undefined ? null : event.at))
        update.run(nick ?? null, role ?? null, email ?? null, ...setAt, event.stay)
        return
      }
      case 'occupant.left':
        leave.run(event.at, event.reason, event.stay)
    }
  }

  function confirm({ stay, at, fields }: Confirmed): void {
    const setAt = (['nick', 'role', 'email'] as const).map((field) => (fields.includes(field) ? at : null))
    update.run(null, null, null, ...setAt, stay)
  }

  return {
    room: (session) => room.get(session),
    liveRoom: (jid) => liveRoom.get(jid),
    stay: (roomId, jid) => stay.get(roomId, jid),
    stays: (roomId) => stays.all(roomId),
    lastInstant: (roomId) => lastInstant.get(roomId, roomId) as number,
    apply,
    confirm,
  }
}
