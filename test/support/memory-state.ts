// The rules' view of the world held in maps: what every store must agree with.
import type { Confirmed } from '../../src/ledger/decide.ts'
import type { Logged, OccupantJoined, RoomCreated, RoomId, StayId } from '../../src/ledger/event.ts'
import type { Room, State, Stay } from '../../src/ledger/state.ts'

export type RememberedRoom = Room &
  Pick<RoomCreated, 'name' | 'kind' | 'parentJid'> & { endReason: string | null }
export type RememberedStay = Stay &
  Pick<OccupantJoined, 'avatar' | 'userAgent' | 'ip' | 'userId'> & {
    leftAt: number | null
    leaveReason: string | null
  }

export class MemoryState implements State {
  readonly rooms = new Map<RoomId, RememberedRoom>()
  readonly occupants = new Map<StayId, RememberedStay>()

  room(session: string): Room | undefined {
    return this.rooms.values().find((room) => room.session === session)
  }

  liveRoom(jid: string): Room | undefined {
    return this.rooms.values().find((room) => room.jid === jid && room.endedAt === null)
  }

  stay(room: RoomId, jid: string): Stay | undefined {
    return this.stays(room).find((stay) => stay.jid === jid)
  }

  stays(room: RoomId): Stay[] {
    return this.occupants
      .values()
      .filter((stay) => stay.room === room && stay.leftAt === null)
      .toArray()
  }

  lastInstant(room: RoomId): number {
    const stays = this.occupants
      .values()
      .filter((stay) => stay.room === room)
      .toArray()
    const instants = stays.flatMap((stay) => [stay.joinedAt, stay.leftAt ?? 0])
    return Math.max(must(this.rooms.get(room)).createdAt, ...instants)
  }

  apply(event: Logged): void {
    switch (event.type) {
      case 'room.created': {
        const { seq, at, session, jid, name, kind, parentJid } = event
        const room = {
          id: seq,
          session,
          jid,
          name,
          kind,
          parentJid,
          createdAt: at,
          endedAt: null,
          endReason: null,
        }
        this.rooms.set(seq, room)
        return
      }
      case 'room.ended':
        Object.assign(must(this.rooms.get(event.room)), { endedAt: event.at, endReason: event.reason })
        return
      case 'occupant.joined': {
        const { seq, at, room, jid, nick, role, email, avatar, userAgent, ip, userId } = event
        const who = { jid, nick, role, email, avatar, userAgent, ip, userId }
        const times = { joinedAt: at, nickAt: at, roleAt: at, emailAt: at, leftAt: null }
        this.occupants.set(seq, { id: seq, room, ...who, ...times, leaveReason: null })
        return
      }
      case 'occupant.updated': {
        const setAt = Object.keys(event.changes).map((field) => [`${field}At`, event.at])
        Object.assign(must(this.occupants.get(event.stay)), event.changes, Object.fromEntries(setAt))
        return
      }
      case 'occupant.left':
        Object.assign(must(this.occupants.get(event.stay)), { leftAt: event.at, leaveReason: event.reason })
    }
  }

  confirm({ stay, at, fields }: Confirmed): void {
    for (const field of fields) must(this.occupants.get(stay))[`${field}At`] = at
  }
}

function must<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('an event speaks of a room or stay that was never begun')
  return found
}
