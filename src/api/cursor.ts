// Cursors of lists: where the next page begins, as text that only this server reads.
import { InvalidInput } from '../ingest/invalid.ts'
import type { Key, KeyedPage, Page, PeopleSort, RoomSort } from '../store/store.ts'

/** How a list is sorted, and what its keys are made of: n is a number, s a text, and x what the store made it. */
export type List = { name: string; key: string }

type Order<Sort> = { sort?: Sort; descending?: boolean }

export const STAYS: List = { name: 'stays', key: 'nnnn' }
export const OCCUPANTS: List = { name: 'occupants', key: 'nnnn' }
export const MEETINGS: List = { name: 'meetings', key: 'nn' }
/** A list by name has names in its keys; the ends and durations hold at the instant that its third part says. */
const ROOMS = { created: 'nn', ended: 'nnn', duration: 'nnn', name: 'sn' } satisfies Record<RoomSort, string>
const PEOPLE = { seen: 'nx', name: 'sx' } satisfies Record<PeopleSort, string>

export function roomList({ sort = 'created', descending = true }: Order<RoomSort>): List {
  return { name: `rooms ${descending ? '-' : ''}${sort}`, key: ROOMS[sort] }
}

export function peopleList({ sort = 'seen', descending = true }: Order<PeopleSort>): List {
  return { name: `people ${descending ? '-' : ''}${sort}`, key: PEOPLE[sort] }
}

export function nextIn<T>({ name }: List, { next }: KeyedPage<T>): string | null {
  return next && Buffer.from(JSON.stringify([name, ...next])).toString('base64url')
}

/** The same where it is a number: of events and meetings. */
export function next(page: Page<unknown>): string | null {
  return page.next === null ? null : String(page.next)
}

/** The key in a cursor; null for the first page. Throws InvalidInput for what no page of this list has given. */
export function keyIn({ name, key }: List, cursor: string | undefined): Key | null {
  if (cursor === undefined) return null
  const [list, ...values] = parsed(cursor)
  if (
    list !== name ||
    values.length !== key.length ||
    !values.every((value, place) => isA(key[place], value))
  ) {
    throw new InvalidInput('cursor must be the next of a page of this list, sorted in the same way')
  }
  return values as Key
}

function parsed(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

function isA(type: string | undefined, value: unknown): boolean {
  const isNumber = Number.isSafeInteger(value)
  const isText = typeof value === 'string' && !value.includes('\0')
  return type === 'x' ? isNumber || isText : type === 'n' ? isNumber : isText
}
