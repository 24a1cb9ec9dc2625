// What the Meeting page shows of what was read: the people, the time axis, and the instant that is looked at.
import { computed, signal } from '@preact/signals'
import { peakOf, type Interval } from '../../../src/ledger/intervals.ts'
import { param, path, setParams, type Params } from '../router.ts'
import { reference } from '../shell/clock.tsx'
import { crowdIn, isThere, shownPeople, SORTS, type Person, type Sort, type Stay } from './people.ts'
import { read } from './read.ts'
import { scaleOf } from './scale.ts'

/** A line of the timeline: a person, or below them one of their stays. */
export type Line = { key: string; person: Person; stay: Stay | null }

/** While the slider moves the address waits so long, ms: browsers refuse one that changes too often. */
const SETTLED = 200

/** Until when what goes on is there, epoch ms. What has ended does not change as time goes by. */
const until = computed(() => {
  const { value } = read
  return value.state === 'here' && value.room.endedAt !== null
    ? Date.parse(value.room.endedAt)
    : reference.value
})

export const crowd = computed(() => {
  const { value } = read
  return value.state === 'here' ? crowdIn(value.room, value.stays, until.value) : { people: [], services: 0 }
})

/** People at once, at most: a person on two devices is one. */
export const peak = computed(() => peakOf(crowd.value.people.flatMap(({ there }) => there)))

export const isLive = computed(() => read.value.state === 'here' && read.value.room.endedAt === null)

export const scale = computed<Interval>(() => {
  const { value } = read
  if (value.state !== 'here') return { from: 0, to: 1_000 }
  const created = Date.parse(value.room.createdAt)
  const times = crowd.value.people.flatMap(({ there }) => there)
  return scaleOf([{ from: created, to: Math.max(created, until.value) }, ...times], isLive.value)
})

/** What the slider says before the address does. */
const moved = signal<number | null>(null)

/** The instant that is looked at, epoch ms; null: none. */
export const moment = computed(() => {
  const said = moved.value ?? Date.parse(param('t'))
  if (Number.isNaN(said)) return null
  return Math.min(Math.max(said, scale.value.from), Math.max(scale.value.from, latest.value))
})

/** What has not happened yet cannot be looked at. */
export const latest = computed(() => (isLive.value ? until.value : scale.value.to))

let settling: ReturnType<typeof setTimeout> | undefined

export function moveTo(time: number): void {
  moved.value = time
  clearTimeout(settling)
  settling = setTimeout(() => settle({ t: new Date(time).toISOString() }), SETTLED)
}

export function leaveMoment(): void {
  clearTimeout(settling)
  settle({ t: null, only: null })
}

function settle(params: Params): void {
  // The page may have been left meanwhile.
  if (path.value === '/meeting') setParams(params, { replace: true })
  moved.value = null
}

export const sort = computed<Sort>(() => SORTS.find((one) => one === param('sort')) ?? 'first')
export const looked = computed(() => param('q'))
export const onlyThere = computed(() => moment.value !== null && param('only') !== '')

/** Keys of the people whose stays are shown one by one. */
export const opened = signal<ReadonlySet<string>>(new Set())

export function toggle(key: string): void {
  const next = new Set(opened.value)
  if (!next.delete(key)) next.add(key)
  opened.value = next
}

export const there = computed(() => {
  const at = moment.value
  if (at === null) return null
  return new Set(crowd.value.people.filter((person) => isThere(person, at)).map(({ key }) => key))
})

export const shown = computed(() => {
  const people = shownPeople(crowd.value.people, sort.value, looked.value)
  return onlyThere.value ? people.filter(({ key }) => there.value?.has(key)) : people
})

export const lines = computed<Line[]>(() =>
  shown.value.flatMap((person) => [
    { key: person.key, person, stay: null },
    ...(opened.value.has(person.key)
      ? person.stays.map((stay) => ({ key: `${stay.id}`, person, stay }))
      : []),
  ]),
)
