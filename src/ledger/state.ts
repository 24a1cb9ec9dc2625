// What the rules must know to judge a command, and nothing more. Every store offers this view.
import type { Role } from './command.ts'
import type { RoomId, StayId } from './event.ts'

export type Room = { id: RoomId; session: string; jid: string; createdAt: number; endedAt: number | null }

/** A stay that has not ended. `nickAt`, `roleAt`, `emailAt`: when that field was last set, epoch ms. */
export type Stay = {
  id: StayId
  room: RoomId
  jid: string
  nick: string
  role: Role
  email: string | null
  joinedAt: number
  nickAt: number
  roleAt: number
  emailAt: number
}

export interface State {
  /** The room with this session, live or ended. */
  room(session: string): Room | undefined
  /** The live room with this JID: at most one. */
  liveRoom(jid: string): Room | undefined
  /** The stay of this JID in this live room: at most one. */
  stay(room: RoomId, jid: string): Stay | undefined
  /** Every stay in this room that has not ended, in order of joining. */
  stays(room: RoomId): Stay[]
  /** The latest instant of anything reported of this room: created, joined, left. Epoch ms. */
  lastInstant(room: RoomId): number
}
