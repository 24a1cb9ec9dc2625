// People, and the meetings of one of them.
import { summaryOf, type Time } from '../../ledger/summary.ts'
import { totalOf } from '../../ledger/intervals.ts'
import type { Key, KeyedPage, MeetingRecord, MeetingsQuery, PeopleQuery, PersonRecord } from '../store.ts'
import { behind, orderBy, pageOf, type Order } from './page.ts'
import { all, ask, raw, sql, type Dialect, type Sql, type Steps } from './sql.ts'
import { withText } from './text.ts'

const PERSON = raw('p.id, p.user_id as "userId", p.email, p.name, p.names')
const TIME = raw('room, joined_at as "joinedAt", left_at as "leftAt"')

type Row = Omit<PersonRecord, 'names'> & { names: string }
type Sorted = Row & { sortedBy: string | number; key: string | number }
type Stay = Time & { place: number }

export function createPeopleReads(dialect: Dialect) {
  const texts = { text: sql`p.search`, key: dialect.personKey, having: dialect.peopleWith }
  const inOrder = { seen: sql`p.seen_at`, name: dialect.start(sql`p.search`) }

  function* people(query: PeopleQuery): Steps<KeyedPage<PersonRecord>> {
    const { q, verified, sort = 'seen', descending = true, limit, after = null, now } = query
    const by = (q === undefined ? inOrder : dialect.peopleWithText)[sort]
    const key = dialect.personKey
    const order: Order = { by, id: dialect.binary(key), descending }
    const wanted = all([...known(verified), ...(yield* withText(dialect, q, texts)), ...behind(order, after)])
    // Their keys first: an index has all that is looked at for those.
    const found = sql`select ${key} from people p where ${wanted} ${orderBy(order)} limit ${limit + 1}`
    const rows = yield* ask<Sorted>(sql`select ${PERSON}, ${by} as "sortedBy", ${key} as "key" from people p
      where ${key} in (${found}) ${orderBy(order)}`)
    const { items, next } = pageOf(rows, limit, ({ sortedBy, key }): Key => [sortedBy, key])
    return { items: yield* summed(items, now), next }
  }

  function* person(query: { id: string; now: number }): Steps<PersonRecord | null> {
    const rows = yield* ask<Row>(sql`select ${PERSON} from people p where p.id = ${query.id}`)
    return (yield* summed(rows, query.now))[0] ?? null
  }

  /** The latest first. A person has thousands of stays at most, and an index that holds all that is asked of them. */
  function* meetingsOf({ person, limit, after = null, now }: MeetingsQuery): Steps<KeyedPage<MeetingRecord>> {
    const stays = yield* ask<Time>(sql`select ${TIME} from occupants where person = ${person}`)
    const meetings = [...Map.groupBy(stays, ({ room }) => room)]
      .map(([room, inIt]) => ({ room, ...attended(inIt, now) }))
      .toSorted((one, other) => other.joinedAt - one.joinedAt || other.room - one.room)
      .filter(({ room, joinedAt }) => isBehind([joinedAt, room], after))
    const { items, next } = pageOf(meetings, limit, ({ joinedAt, room }): Key => [joinedAt, room])
    const among = dialect.among(
      sql`id`,
      items.map(({ room }) => room),
    )
    type Room = Pick<MeetingRecord, 'session' | 'name' | 'jid'> & { id: number }
    const rooms = yield* ask<Room>(sql`select id, session, name, jid from rooms where ${among}`)
    const byId = new Map(rooms.map(({ id, ...room }) => [id, room]))
    const named = items.flatMap(({ room, ...times }) => {
      const found = byId.get(room)
      return found ? [{ ...found, ...times }] : []
    })
    return { items: named, next }
  }

  function* summed(rows: Row[], now: number): Steps<PersonRecord[]> {
    const ids = dialect.listed(rows.map(({ id }) => id))
    // Each stay with the place of its person: with the id a page took a fifth longer.
    const stays = yield* ask<Stay>(
      sql`select listed.place, ${TIME} from ${ids} cross join occupants where person = listed.id`,
    )
    const byPlace = Map.groupBy(stays, ({ place }) => place)
    return rows.map(({ id, userId, email, name, names }, place) => {
      const said = { id, userId, email, name, names: names.split('\n') }
      return { ...said, ...summaryOf(byPlace.get(place) ?? [], now) }
    })
  }

  return { people, person, meetingsOf }
}

function known(verified: boolean | undefined): Sql[] {
  if (verified === undefined) return []
  return [verified ? sql`p.user_id is not null` : sql`p.user_id is null`]
}

/** Null for `leftAt`: still in it. */
function attended(stays: Time[], now: number): Pick<MeetingRecord, 'joinedAt' | 'leftAt' | 'totalMs'> {
  const live = stays.some(({ leftAt }) => leftAt === null)
  return {
    joinedAt: stays.reduce((first, { joinedAt }) => Math.min(first, joinedAt), Infinity),
    leftAt: live ? null : stays.reduce((last, { leftAt }) => Math.max(last, leftAt ?? 0), 0),
    totalMs: totalOf(
      stays.map(({ joinedAt, leftAt }) => ({ from: joinedAt, to: leftAt ?? Math.max(now, joinedAt) })),
    ),
  }
}

function isBehind([joinedAt, room]: [number, number], after: Key | null): boolean {
  if (!after) return true
  const [last, lastRoom] = after as [number, number]
  return joinedAt < last || (joinedAt === last && room < lastRoom)
}
