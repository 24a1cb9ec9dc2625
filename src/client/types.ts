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
  /** How many are in it now, services left out. */
  occupants: number
  /** Different ones so far. */
  people: number
  /** Occupants at the same time, at most. */
  peak: number
  /** Milliseconds; of what goes on, until now. */
  durationMs: number
}

export type RoomsPage = {
  rooms: Room[]
  next: string | null
}

/** One stay of one JID in one room. */
export type Occupant = {
  /** The number of the stay: the `seq` of the event that began it. */
  id: number
  person: string | null
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
  /** What was said at joining, then each change of nick, role or email. */
  history: {
    at: string
    nick?: string
    role?: 'participant' | 'moderator'
    email?: string
  }[]
  /** It has a `userId`, which only a token gives. */
  verified: boolean
  /** A component of Jitsi, and no person. */
  service: boolean
  /** Read out of `userAgent`. */
  client: {
    browser: string | null
    system: string | null
  }
  /** Milliseconds; of what goes on, until now. */
  durationMs: number
}

export type OccupantsPage = {
  occupants: Occupant[]
  next: string | null
}

/** A meeting; `from` and `to` are the time that counts, null if nobody was there. */
export type MeetingTime = {
  session: string
  jid: string
  name: string
  createdAt: string
  endedAt: string | null
  from: string | null
  to: string | null
  /** Milliseconds; of what goes on, until now. */
  durationMs: number
  /** It will not change any more. */
  finished: boolean
  /** Whether its end was concluded and not reported. */
  inferred: boolean
}

export type AttendedMeeting = {
  session: string
  firstIn: string
  lastOut: string | null
  /** Milliseconds; of what goes on, until now. */
  totalMs: number
  /** Milliseconds; of what goes on, until now. */
  breakoutMs: number
  /** Of the meeting's time. */
  share: number
  /** Whether the share reaches the threshold. */
  present: boolean
  /** How often they came back. */
  rejoins: number
  /** At the same time, at most. */
  devices: number
  /** Whether a leave was concluded and not reported. */
  inferred: boolean
}

export type Attendee = {
  person: string | null
  name: string
  email: string | null
  userId: string | null
  verified: boolean
  role: 'participant' | 'moderator'
  firstIn: string
  lastOut: string | null
  /** Milliseconds; of what goes on, until now. */
  totalMs: number
  /** Milliseconds; of what goes on, until now. */
  breakoutMs: number
  /** Of the meeting's time. */
  share: number
  /** Whether the share reaches the threshold. */
  present: boolean
  /** How often they came back. */
  rejoins: number
  /** At the same time, at most. */
  devices: number
  /** Whether a leave was concluded and not reported. */
  inferred: boolean
  /** Several guests of one name. */
  mergedByName: boolean
  /** Meetings in which the threshold was reached. */
  attended: number
  /** Those that they came to at all. */
  meetings: AttendedMeeting[]
}

/** Who was there, and for how long. */
export type Attendance = {
  meetings: MeetingTime[]
  /** Milliseconds; of what goes on, until now. */
  durationMs: number
  finished: boolean
  /** Percent. */
  threshold: number
  leftOut: {
    /** Components of Jitsi. */
    services: number
    /** Those on the list of names. */
    excluded: number
    /** Rooms that are no meetings. */
    healthChecks: number
  }
  /** By name. */
  people: Attendee[]
}

/** An occupant, with the room. */
export type Stay = {
  session: string
  roomJid: string
  roomName: string
  /** The number of the stay: the `seq` of the event that began it. */
  id: number
  person: string | null
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
  /** What was said at joining, then each change of nick, role or email. */
  history: {
    at: string
    nick?: string
    role?: 'participant' | 'moderator'
    email?: string
  }[]
  /** It has a `userId`, which only a token gives. */
  verified: boolean
  /** A component of Jitsi, and no person. */
  service: boolean
  /** Read out of `userAgent`. */
  client: {
    browser: string | null
    system: string | null
  }
  /** Milliseconds; of what goes on, until now. */
  durationMs: number
}

export type StaysPage = {
  occupants: Stay[]
  next: string | null
}

/** All stays under one identity: the userId, else the email, else the user part of the JID with the nick. */
export type Person = {
  /** A hash of the identity: the same in every ledger. */
  id: string
  userId: string | null
  email: string | null
  /** The nick of their latest stay. */
  name: string
  /** The first ten that were heard. */
  names: string[]
  /** Different rooms. */
  meetings: number
  /** Comings and goings. */
  stays: number
  /** Milliseconds; of what goes on, until now. */
  totalMs: number
  /** Whether they are in a meeting now. */
  live: boolean
  /** They have a `userId`, which only a token gives. */
  verified: boolean
  firstSeen: string
  lastSeen: string
}

export type PeoplePage = {
  people: Person[]
  next: string | null
}

/** First time in, last time out (null: still in it), and how long in all. */
export type Meeting = {
  session: string
  name: string
  jid: string
  /** Milliseconds; of what goes on, until now. */
  totalMs: number
  joinedAt: string
  leftAt: string | null
}

/** With `next` for the list of all their meetings. */
export type PersonWithMeetings = {
  /** A hash of the identity: the same in every ledger. */
  id: string
  userId: string | null
  email: string | null
  /** The nick of their latest stay. */
  name: string
  /** The first ten that were heard. */
  names: string[]
  /** Different rooms. */
  meetings: number
  /** Comings and goings. */
  stays: number
  /** Milliseconds; of what goes on, until now. */
  totalMs: number
  /** Whether they are in a meeting now. */
  live: boolean
  /** They have a `userId`, which only a token gives. */
  verified: boolean
  firstSeen: string
  lastSeen: string
  /** The ten latest. */
  latest: Meeting[]
  next: string | null
}

export type MeetingsPage = {
  meetings: Meeting[]
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

export type RoomIdentified = {
  /** Its place in the log, in commit order, without gaps. */
  seq: number
  type: 'room.identified'
  at: string
  receivedAt: string
  session: string
  roomJid: string
  /** Concluded by the ledger, not reported. */
  inferred: boolean
  data: {
    session: string
    /** The one it had while its beginning was inferred. */
    formerSession: string
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
    /** The `seq` of the event that began the stay. */
    joined: string
    leftAt: string | null
    reason: string | null
  }
}

export type OccupantMoved = {
  /** Its place in the log, in commit order, without gaps. */
  seq: number
  type: 'occupant.moved'
  at: string
  receivedAt: string
  session: string
  roomJid: string
  /** Concluded by the ledger, not reported. */
  inferred: boolean
  data: {
    jid: string
    /** The `seq` of the event that began the stay. */
    joined: string
  }
}

export type Event =
  | RoomCreated
  | RoomEnded
  | RoomCorrected
  | RoomIdentified
  | OccupantJoined
  | OccupantUpdated
  | OccupantLeft
  | OccupantCorrected
  | OccupantMoved

export type EventsPage = {
  events: Event[]
  next: string | null
  /** How far this page has looked. */
  through: number
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

export type Figures = {
  /** Rooms created in it. */
  roomsCreated: number
  /** Different ones that were there at any time of it. */
  rooms: number
  /** Different persons. */
  people: number
  /** People at once, at most. */
  peak: number
  /** Rooms at once, at most. */
  peakRooms: number
  /** People at once, on average. */
  average: number
  /** Milliseconds; of what goes on, until now. */
  meetingMs: number
  /** Milliseconds; of what goes on, until now. */
  personMs: number
  /** Of the rooms created in it, by nearest rank; null without rooms. */
  durationMs: {
    p50: number | null
    p90: number | null
    p99: number | null
    max: number | null
  }
}

export type BucketFigures = {
  start: string
  /** Rooms created in it. */
  roomsCreated: number
  /** Different ones that were there at any time of it. */
  rooms: number
  /** Different persons. */
  people: number
  /** People at once, at most. */
  peak: number
  /** Rooms at once, at most. */
  peakRooms: number
  /** People at once, on average. */
  average: number
  /** Milliseconds; of what goes on, until now. */
  meetingMs: number
  /** Milliseconds; of what goes on, until now. */
  personMs: number
}

export type Length = {
  /** Milliseconds; of what goes on, until now. */
  atLeastMs: number
  /** Less long than those of the next one. */
  rooms: number
}

export type BusyRoom = {
  session: string
  name: string
  jid: string
  host: string
  kind: ('conference' | 'breakout' | 'lobby') | null
  createdAt: string
  endedAt: string | null
  /** Different persons in the range. */
  people: number
  /** Milliseconds; of what goes on, until now. */
  durationMs: number
}

/** What happened in a range of time. */
export type Stats = {
  from: string
  to: string
  bucket: 'minute' | 'hour' | 'day'
  tz: string
  total: Figures
  byHost: Record<string, Figures>
  byKind: Record<string, Figures>
  buckets: BucketFigures[]
  /** Rooms created, by weekday (seven lists, Monday first) and hour (24 each) of the zone. */
  week: number[][]
  /** Rooms created, by how long they lasted, the shortest first. */
  lengths: Length[]
  /** The ten rooms with the most people in the range. */
  busiest: BusyRoom[]
}

export type ClientCount = {
  browser: string | null
  system: string | null
  stays: number
}

/** What people came with. */
export type Clients = {
  from: string
  to: string
  /** How many were counted: comings of people, not people. */
  stays: number
  /** Whether these are all of the range; else those of the newest rooms in it. */
  complete: boolean
  /** The most frequent first. */
  clients: ClientCount[]
  /** Stays with other user agents than the 500 most frequent ones. */
  others: number
}

export type Session = {
  /** Whether reads need a token. */
  login: boolean
  access: ('read' | 'admin') | null
  expiresAt: string | null
  ingestToken: boolean | null
}

export type ListRoomsQuery = {
  /** Entries on a page. */
  limit?: number
  /** The `next` of the page before, as it is. */
  cursor?: string
  /** Without it `all`; with `at`, `live`. */
  state?: 'live' | 'ended' | 'all'
  /** The MUC service. */
  host?: string
  /** Of this kind only; `unknown` where nobody said. */
  kind?: 'conference' | 'breakout' | 'lobby' | 'unknown'
  /** The JID of the meeting that breakout rooms and lobbies belong to. */
  parent?: string
  /** The id of a person who was there. */
  person?: string
  /** What was going on at or after. Epoch milliseconds or RFC 3339. */
  from?: string
  /** What was going on before. Epoch milliseconds or RFC 3339. */
  to?: string
  /** A part of name or JID, without regard to case or to how a letter is written. */
  q?: string
  /** The world as it was then, by what is known of it today. Epoch milliseconds or RFC 3339. */
  at?: string
  /** How long they lasted at least, until now or `at`: milliseconds. */
  minDuration?: number
  /** `-` in front: the other way round. */
  sort?: 'created' | '-created' | 'ended' | '-ended' | 'duration' | '-duration' | 'name' | '-name'
}

export type GetRoomQuery = {
  /** The world as it was then, by what is known of it today. Epoch milliseconds or RFC 3339. */
  at?: string
}

export type ListOccupantsQuery = {
  /** Entries on a page. */
  limit?: number
  /** The `next` of the page before, as it is. */
  cursor?: string
  /** Without it `all`; with `at`, `live`. */
  state?: 'live' | 'ended' | 'all'
  /** The MUC service. */
  host?: string
  /** Of this kind only; `unknown` where nobody said. */
  kind?: 'conference' | 'breakout' | 'lobby' | 'unknown'
  /** The JID of the meeting that breakout rooms and lobbies belong to. */
  parent?: string
  /** The id of a person who was there. */
  person?: string
  /** What was going on at or after. Epoch milliseconds or RFC 3339. */
  from?: string
  /** What was going on before. Epoch milliseconds or RFC 3339. */
  to?: string
  /** One meeting. */
  session?: string
  /** The JID of a room: every meeting that had it. */
  room?: string
  /** The world as it was then, by what is known of it today. Epoch milliseconds or RFC 3339. */
  at?: string
  /** `true`: components of Jitsi alone; `false`: people alone. */
  service?: boolean
}

export type ListRoomOccupantsQuery = {
  /** Entries on a page. */
  limit?: number
  /** The `next` of the page before, as it is. */
  cursor?: string
  /** The world as it was then, by what is known of it today. Epoch milliseconds or RFC 3339. */
  at?: string
}

export type GetRoomAttendanceQuery = {
  /** Without it, what `Accept` prefers; else JSON. */
  format?: 'json' | 'csv' | 'xlsx'
  /** Only what was at or after counts. Epoch milliseconds, RFC 3339, or a day or time in `tz`: `2026-11-22T10:00`. */
  from?: string
  /** Only what was before counts. Epoch milliseconds, RFC 3339, or a day or time in `tz`: `2026-11-22T10:00`. */
  to?: string
  /** An IANA time zone, for the files and for `from` and `to`. */
  tz?: string
  /** Columns of the files, separated by commas; of name, email, userId, verified, role, firstIn, lastOut, total, share, present, rejoins, devices, breakout, inferred, merged, attended, meetings. */
  columns?: string
  /** Percent of the meeting's time, to count as present. */
  threshold?: number
  /** Seconds: stays with at most so much between them count as one. */
  gap?: number
  /** A name or email to leave out; repeated for each. */
  exclude?: string[]
  /** Whether guests of one name are one person. */
  guests?: 'merge' | 'separate'
  /** Whether emails are told. */
  emails?: boolean
  /** Whether a CSV has lines below the table. */
  notes?: boolean
}

export type ListPeopleQuery = {
  /** Entries on a page. */
  limit?: number
  /** The `next` of the page before, as it is. */
  cursor?: string
  /** A part of name or email, without regard to case or to how a letter is written. */
  q?: string
  /** Whether a token vouches for them. */
  verified?: boolean
  /** `-` in front: the other way round. */
  sort?: 'seen' | '-seen' | 'name' | '-name'
}

export type ListMeetingsQuery = {
  /** Entries on a page. */
  limit?: number
  /** The `next` of the page before, as it is. */
  cursor?: string
}

export type GetAttendanceQuery = {
  /** The JID of the room. */
  room: string
  /** Without it, what `Accept` prefers; else JSON. */
  format?: 'json' | 'csv' | 'xlsx'
  /** Only what was at or after counts. Epoch milliseconds, RFC 3339, or a day or time in `tz`: `2026-11-22T10:00`. */
  from?: string
  /** Only what was before counts. Epoch milliseconds, RFC 3339, or a day or time in `tz`: `2026-11-22T10:00`. */
  to?: string
  /** An IANA time zone, for the files and for `from` and `to`. */
  tz?: string
  /** Columns of the files, separated by commas; of name, email, userId, verified, role, firstIn, lastOut, total, share, present, rejoins, devices, breakout, inferred, merged, attended, meetings. */
  columns?: string
  /** Percent of the meeting's time, to count as present. */
  threshold?: number
  /** Seconds: stays with at most so much between them count as one. */
  gap?: number
  /** A name or email to leave out; repeated for each. */
  exclude?: string[]
  /** Whether guests of one name are one person. */
  guests?: 'merge' | 'separate'
  /** Whether emails are told. */
  emails?: boolean
  /** Whether a CSV has lines below the table. */
  notes?: boolean
}

export type ListEventsQuery = {
  /** Entries on a page. */
  limit?: number
  /** The `next` of the page before. */
  cursor?: number
  /** The `seq` of the last event already seen. The larger of it and `cursor` counts. */
  after?: number
  /** One meeting; never used twice. */
  session?: string
  /** The JID of the room, used again by later meetings. */
  room?: string
  /** The MUC host: the domain of its rooms' JIDs. */
  host?: string
  /** Of room.created, room.ended, room.corrected, room.identified, occupant.joined, occupant.updated, occupant.left, occupant.corrected, occupant.moved: one, several with commas, or repeated. */
  type?: string | string[]
}

export type GetStatsQuery = {
  /** Where the range begins; without it, 24 hours before its end. Epoch milliseconds or RFC 3339. */
  from?: string
  /** Where it ends, itself not included; without it, now. Epoch milliseconds or RFC 3339. */
  to?: string
  /** At most 2000 of them. */
  bucket?: 'minute' | 'hour' | 'day'
  /** An IANA time zone, such as `Europe/Berlin`. */
  tz?: string
  /** Rooms of this MUC host only. */
  host?: string
  /** Of this kind only; `unknown` where nobody said. */
  kind?: 'conference' | 'breakout' | 'lobby' | 'unknown'
}

export type GetClientsQuery = {
  /** Where the range begins; without it, 24 hours before its end. Epoch milliseconds or RFC 3339. */
  from?: string
  /** Where it ends, itself not included; without it, now. Epoch milliseconds or RFC 3339. */
  to?: string
  /** Rooms of this MUC host only. */
  host?: string
  /** Of this kind only; `unknown` where nobody said. */
  kind?: 'conference' | 'breakout' | 'lobby' | 'unknown'
}
