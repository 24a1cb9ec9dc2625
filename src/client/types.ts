// Made from docs/openapi.json by `npm run openapi`; not to be changed by hand.

/** A meeting, from created to ended. */
export type Room = {
  /** Names this one meeting. */
  session: string
  /** The JID of the room, used again by later meetings. */
  jid: string
  /** The MUC host: the domain of the JID. */
  host: string
  name: string
  kind: ('conference' | 'breakout' | 'lobby') | null
  parentJid: string | null
  createdAt: string
  endedAt: string | null
  endReason: string | null
  /** Whether its end was concluded and not reported. */
  inferred: boolean
  /** How many are in it now. */
  occupants: number
}

export type RoomsPage = {
  rooms: Room[]
  next: string | null
}

/** One stay of one JID in one room. */
export type Occupant = {
  /** The JID of the occupant. */
  jid: string
  /** The name shown in the room. */
  nick: string
  role: 'participant' | 'moderator'
  email: string | null
  avatar: string | null
  userAgent: string | null
  ip: string | null
  userId: string | null
  joinedAt: string
  leftAt: string | null
  leaveReason: string | null
  /** Whether its end was concluded and not reported. */
  inferred: boolean
}

export type OccupantsPage = {
  occupants: Occupant[]
  next: string | null
}

export type RoomCreated = {
  /** Its place in the log, in commit order, without gaps. */
  seq: number
  type: 'room.created'
  at: string
  receivedAt: string
  session: string
  roomJid: string
  /** Concluded by the ledger, not reported. */
  inferred: boolean
  data: {
    session: string
    jid: string
    name: string
    kind: ('conference' | 'breakout' | 'lobby') | null
    parentJid: string | null
  }
}

export type RoomEnded = {
  /** Its place in the log, in commit order, without gaps. */
  seq: number
  type: 'room.ended'
  at: string
  receivedAt: string
  session: string
  roomJid: string
  /** Concluded by the ledger, not reported. */
  inferred: boolean
  data: {
    reason: string | null
  }
}

export type RoomCorrected = {
  /** Its place in the log, in commit order, without gaps. */
  seq: number
  type: 'room.corrected'
  at: string
  receivedAt: string
  session: string
  roomJid: string
  /** Concluded by the ledger, not reported. */
  inferred: boolean
  data: {
    endedAt: string | null
    reason: string | null
  }
}

export type OccupantJoined = {
  /** Its place in the log, in commit order, without gaps. */
  seq: number
  type: 'occupant.joined'
  at: string
  receivedAt: string
  session: string
  roomJid: string
  /** Concluded by the ledger, not reported. */
  inferred: boolean
  data: {
    jid: string
    nick: string
    role: 'participant' | 'moderator'
    email: string | null
    avatar: string | null
    userAgent: string | null
    ip: string | null
    userId: string | null
  }
}

export type OccupantUpdated = {
  /** Its place in the log, in commit order, without gaps. */
  seq: number
  type: 'occupant.updated'
  at: string
  receivedAt: string
  session: string
  roomJid: string
  /** Concluded by the ledger, not reported. */
  inferred: boolean
  data: {
    jid: string
    nick?: string
    role?: 'participant' | 'moderator'
    email?: string
  }
}

export type OccupantLeft = {
  /** Its place in the log, in commit order, without gaps. */
  seq: number
  type: 'occupant.left'
  at: string
  receivedAt: string
  session: string
  roomJid: string
  /** Concluded by the ledger, not reported. */
  inferred: boolean
  data: {
    jid: string
    reason: string | null
  }
}

export type OccupantCorrected = {
  /** Its place in the log, in commit order, without gaps. */
  seq: number
  type: 'occupant.corrected'
  at: string
  receivedAt: string
  session: string
  roomJid: string
  /** Concluded by the ledger, not reported. */
  inferred: boolean
  data: {
    jid: string
    leftAt: string | null
    reason: string | null
  }
}

export type Event =
  | RoomCreated
  | RoomEnded
  | RoomCorrected
  | OccupantJoined
  | OccupantUpdated
  | OccupantLeft
  | OccupantCorrected

export type EventsPage = {
  events: Event[]
  next: string | null
}

export type Host = {
  /** The domain of its rooms' JIDs. */
  host: string
  lastContact: string
  lastHeartbeat: string | null
  silent: boolean | null
  inSync: boolean | null
  lagMs: number | null
  /** Live now. */
  rooms: number
  /** Live now, services included. */
  occupants: number
  /** Reports judged since the first contact. */
  received: number
  /** Those that were no success. */
  refused: number
  /** Those that arrived more than 30 seconds after what they tell of. */
  late: number
  /** Events that only a snapshot brought to light. */
  repaired: number
}

export type ListRoomsQuery = {
  /** Entries on a page. */
  limit?: number
  /** The `next` of the page before. Treat it as opaque text. */
  cursor?: number
  state?: 'live' | 'ended' | 'all'
}

export type ListRoomOccupantsQuery = {
  /** Entries on a page. */
  limit?: number
  /** The `next` of the page before. Treat it as opaque text. */
  cursor?: number
}

export type ListEventsQuery = {
  /** Entries on a page. */
  limit?: number
  /** The `next` of the page before. Treat it as opaque text. */
  cursor?: number
  /** The `seq` of the last event already seen. The larger of it and `cursor` counts. */
  after?: number
}
