// What can be asked of the ledger: the commands that every way in becomes.

/** What kind of MUC room this is; null when the sender did not say. */
export type Kind = 'conference' | 'breakout' | 'lobby'

/** The role in the room as Jitsi knows it; a visitor is reported as a participant. */
export type Role = 'participant' | 'moderator'

/** `at`: when it happened as the sender tells it, in epoch milliseconds; null means on arrival. */
type Timed = { at: number | null }

export type CreateRoom = Timed & {
  type: 'create-room'
  session: string
  jid: string
  name: string
  kind: Kind | null
  parentJid: string | null
}

export type EndRoom = Timed & {
  type: 'end-room'
  session: string
  jid: string
  reason: string | null
}

/** What is known of an occupant when joining; everything after `role` is null when not known. */
export type Profile = {
  nick: string
  role: Role
  email: string | null
  avatar: string | null
  userAgent: string | null
  ip: string | null
  /** Verified: from the token, not self-typed like nick and email. */
  userId: string | null
}

export type Join = Timed & Profile & { type: 'join'; roomJid: string; jid: string }

/** The fields that can change during a stay; null leaves the stored value alone. */
export type Changes = { nick: string | null; role: Role | null; email: string | null }

export type Update = Timed & Changes & { type: 'update'; roomJid: string; jid: string }

export type Leave = Timed & { type: 'leave'; roomJid: string; jid: string; reason: string | null }

/** What happened to one room or one occupant: the five endpoints of the contract. */
export type Report = CreateRoom | EndRoom | Join | Update | Leave

/** The process `bootId` of this MUC host is alive and has so many live rooms and occupants. */
export type Heartbeat = Timed & {
  type: 'heartbeat'
  host: string
  bootId: string
  rooms: number
  occupants: number
}

/** Everything that is live on a MUC host. `at`: of a room its creation, of an occupant the joining. */
export type Sync = Timed & { type: 'sync'; host: string; bootId: string; rooms: ListedRoom[] }
export type ListedRoom = Omit<CreateRoom, 'type'> & { occupants: ListedOccupant[] }
export type ListedOccupant = Timed & Profile & { jid: string }

/** Ends what is live on a host, unless something was heard of it after `silentSince` (arrival, epoch ms). */
export type Expire = { type: 'expire'; host: string; silentSince: number }

/**
 * What a sender without sessions says of the meetings of one room. It may come in any order, again, or not at all.
 * `series`: the text from which the sessions of this room's meetings are made. Of `createdAt` and `endedAt` one may be
 * said, or both, or neither; `stays` names whom it speaks of. `at`: when the newest of it happened.
 */
export type Tell = Timed & {
  type: 'tell'
  jid: string
  series: string
  name: string
  kind: Kind
  parentJid: string | null
  createdAt: number | null
  endedAt: number | null
  stays: ToldStay[]
}
/** `leftAt`: null where nothing is said of the end. */
export type ToldStay = Profile & { jid: string; joinedAt: number; leftAt: number | null }

export type Command = Report | Heartbeat | Sync | Expire | Tell
