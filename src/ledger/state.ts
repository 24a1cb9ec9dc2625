// What the rules must know to judge a command, and nothing more. Every store offers this view.
import type { Role } from './command.ts'
import type { RoomId, StayId } from './event.ts'
import type { Host } from './host.ts'

/** `inferred`: its end was concluded, not reported. */
export type Room = {
  id: RoomId
  session: string
  jid: string
  createdAt: number
  endedAt: number | null
  endReason: string | null
  inferred: boolean
}

/** `nickAt`, `roleAt`, `emailAt`: when that field was last set, epoch ms. `inferred`: its end was concluded. */
export type Stay = {
  id: StayId
  room: RoomId
  jid: string
  nick: string
  role: Role
  email: string | null
  userId: string | null
  joinedAt: number
  nickAt: number
  roleAt: number
  emailAt: number
  leftAt: number | null
  leaveReason: string | null
  inferred: boolean
}

export interface State {
  /** The seq of the last event in the log; the next one gets the number after it. */
  readonly lastSeq: number
  /** The room with this session, live or ended. */
  room(session: string): Room | undefined
  /** The live room with this JID: at most one. */
  liveRoom(jid: string): Room | undefined
  /** The room with this JID that was created last, live or ended. */
  lastRoom(jid: string): Room | undefined
  /**
   * The rooms with this JID that were created from `from` to `to` (epoch ms), the last one before and the first two
   * after, in order of creation.
   */
  roomsAround(jid: string, from: number, to: number): Room[]
  /** The live rooms of this host, in order of creation. */
  liveRooms(host: string): Room[]
  /** The stay of this JID in this live room: at most one. */
  stay(room: RoomId, jid: string): Stay | undefined
  /** Every stay in this room that has not ended, in order of joining. */
  stays(room: RoomId): Stay[]
  /** Every stay in this room, ended ones too, in order of joining. */
  everyStay(room: RoomId): Stay[]
  /** The latest instant of anything in this room: created, joined, left. Epoch ms. */
  lastInstant(room: RoomId): number
  /** What is known of this MUC host; undefined if nothing was ever taken from it. */
  host(name: string): Host | undefined
}
