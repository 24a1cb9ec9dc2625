// The input rules of the contract: each field as a schema, and what it means once it is valid.
import Type, { type Static, type TObject, type TUnsafe } from 'typebox'
import type { Kind, Profile as KnownProfile, Role } from '../ledger/command.ts'

/**
 * No control characters (Cc), and no half of a surrogate pair (Cs), which UTF-8 cannot hold. Without classes such as \p{Cc},
 * because Swagger UI and other readers of the document compile it without the flag `u`: so it means the same in both.
 */
const OTHERS = '[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*'
const TEXT = `^${OTHERS}(?:[\\ud800-\\udbff][\\udc00-\\udfff]${OTHERS})*$`

/** Keyword `maxBytes`: the limit in bytes of UTF-8, where JSON Schema's maxLength counts characters. */
export const text = (maxBytes: number) => ({ pattern: TEXT, maxBytes })
const required = (maxBytes: number, description: string) =>
  Type.String({ minLength: 1, ...text(maxBytes), description })
const optional = (maxBytes: number, description: string) =>
  Type.Optional(nullable<string>({ type: ['string', 'null'], ...text(maxBytes), description }))

/** Absent, null and "" all mean: not known. */
type Nullable<T> = T | '' | null
function nullable<T>(schema: object): TUnsafe<Nullable<T>> {
  return Type.Unsafe<Nullable<T>>(schema)
}

/** RFC 7622: three parts of at most 1,023 bytes, and two separators. Not checked further: a ledger records. */
const JID_BYTES = 3_071
const SESSION_BYTES = 255

export const Jid = required(JID_BYTES, 'The JID of the occupant.')
export const RoomJid = required(JID_BYTES, 'The JID of the room, used again by later meetings.')
export const Session = required(SESSION_BYTES, 'One meeting; never used twice.')
export const Host = required(1_023, "The MUC host: the domain of its rooms' JIDs.")
const Name = required(1_023, 'What people call the room.')
const Nick = required(1_023, 'The name shown in the room.')
const Email = optional(320, 'As the client says.')
const ROLES: Role[] = ['participant', 'moderator']
const KINDS: Kind[] = ['conference', 'breakout', 'lobby']

/** When it happened: epoch milliseconds or RFC 3339. */
const At = Type.Optional(
  nullable<number | string>({
    type: ['integer', 'string', 'null'],
    minimum: 0,
    format: 'instant',
    description: 'When it happened: epoch milliseconds or RFC 3339. Without it, the time of arrival.',
  }),
)
const Reason = optional(255, 'Why, in any words.')

export const SessionPath = Type.Object({ session: Session })
export const JidPath = Type.Object({ jid: Jid })

export const RoomCreate = Type.Object({
  name: Name,
  session: Session,
  jid: RoomJid,
  at: At,
  kind: Type.Optional(nullable<Kind>({ enum: [...KINDS, '', null] })),
  parentJid: optional(JID_BYTES, 'The JID of the meeting that a breakout room or lobby belongs to.'),
})

export const RoomEnd = Type.Object({ jid: RoomJid, at: At, reason: Reason })

const Profile = {
  nick: Nick,
  role: Type.Unsafe<Role>({ enum: ROLES }),
  email: Email,
  avatar: optional(2_048, 'As the client says.'),
  userAgent: optional(2_048, 'As the client says.'),
  ip: optional(64, 'The address that the client came from.'),
  at: At,
  userId: optional(1_023, 'Who the token says it is: verified, unlike nick and email.'),
}

export const OccupantCreate = Type.Object({ jid: Jid, roomJid: RoomJid, ...Profile })

export const OccupantUpdate = Type.Object({
  roomJid: RoomJid,
  nick: optional(1_023, 'The name shown in the room.'),
  role: Type.Optional(nullable<Role>({ enum: [...ROLES, '', null] })),
  email: Email,
  at: At,
})

export const OccupantDestroy = Type.Object({ roomJid: RoomJid, at: At, reason: Reason })

/** A MUC service: the domain of its rooms' JIDs. `bootId`: another for each process that serves it. */
const Sender = {
  host: Host,
  bootId: required(255, 'Another for each process of the sender.'),
  at: At,
}
const Count = Type.Integer({ minimum: 0 })

export const Heartbeat = Type.Object({ ...Sender, rooms: Count, occupants: Count })

export const Snapshot = Type.Object({
  ...Sender,
  rooms: Type.Array(
    Type.Object({
      ...RoomCreate.properties,
      occupants: Type.Array(Type.Object({ jid: Jid, ...Profile })),
    }),
  ),
})

type Profile = Static<TObject<typeof Profile>>

/** What is known of an occupant; the rest is null. */
export function profile({ nick, role, email, avatar, userAgent, ip, userId }: Profile): KnownProfile {
  return {
    nick,
    role,
    email: known(email),
    avatar: known(avatar),
    userAgent: known(userAgent),
    ip: known(ip),
    userId: known(userId),
  }
}

const isTextual = new RegExp(TEXT, 'u')

/** Whether a text that came unchecked may be kept. */
export function isText(value: string): boolean {
  return isTextual.test(value)
}

/** The value, or null where it is not known. */
export function known<T extends string>(value: Nullable<T> | undefined): T | null {
  return value === undefined || value === '' ? null : value
}

/** Epoch milliseconds of a valid `at`, null where it was not said. */
export function instant(at: Nullable<number | string> | undefined): number | null {
  if (typeof at === 'number') return at
  return at === undefined || at === null || at === '' ? null : parseInstant(at)
}

const RFC_3339 = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** RFC 3339 to epoch milliseconds; null if it is no such time or lies before 1970. */
export function parseInstant(time: string): number | null {
  const upper = time.toUpperCase()
  const [, day] = RFC_3339.exec(upper) ?? []
  if (day === undefined || !isDay(day)) return null
  const parsed = Date.parse(upper)
  return parsed >= 0 ? parsed : null
}

/** Date takes the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day)
}
