// What is going to happen, drawn from the seed before anything starts: who does what when, and what breaks.
import { BREAKOUT, CONFERENCE } from '../e2e/prosody.ts'
import { Random } from '../support/random.ts'

/** Focus is in these, so they live as long as Prosody, and somebody may kick and promote. */
export const KEPT = [0, 1, 2, 3].map((number) => `kept${number}@${CONFERENCE}`)
/** With breakout rooms. Somebody always stays, or the room would be closed with focus in it. */
export const MAIN = [0, 1].map((number) => `main${number}@${CONFERENCE}`)
/** Nobody's: these begin and end all the time. */
export const FREE = [0, 1, 2, 3, 4].map((number) => `free${number}@${CONFERENCE}`)

export const FOCUS = 0
/** Focus, then one who stays in each main room. */
const STAYERS = 1 + MAIN.length

export type Action =
  | { do: 'join' | 'leave' | 'join-cut' | 'leave-cut' | 'rename'; room: string }
  | { do: 'nick'; room: string; nick: string }
  | { do: 'move'; from: string; to: string; overlap: boolean }
  | { do: 'cut' }
  | { do: 'kick' | 'promote' | 'demote'; whom: number }
/** `at` is in ms from the start. */
export type Step = Action & { at: number }

export type Person = {
  transport: 'websocket' | 'tcp'
  /** Goes back to the rooms it was in when its connection is back. */
  loyal: boolean
  /** Says a nick when joining; else the ledger has the name in the room's JIDs. */
  nick: boolean
  steps: Step[]
}

export type Weather = { delay: number; delayed: number; reset: number; swallowed: number; halved: number }
export type Fault = { at: number } &
  /** Down for so many ms, and then left alone for so many. */
  (
    | { kind: 'server-kill' | 'server-stop' | 'prosody-kill' | 'prosody-stop'; down: number; up: number }
    | { kind: 'reload'; host: string }
    | { kind: 'weather' | 'blackout'; lasts: number; weather: Weather }
  )

const BLACKOUT: Weather = { delay: 0, delayed: 0, reset: 1, swallowed: 0, halved: 0 }

export type Plan = {
  seed: number
  /** Whose clock is off, and by how many seconds. */
  clock: { server: number; prosody: number }
  /** Seconds of silence after which the server takes what is live for lost: soon enough to happen, or never. */
  lostAfter: number
  people: Person[]
  faults: Fault[]
}

export type PlanOptions = { seconds: number; clients: number; without: string[] }

export function plan(seed: number, { seconds, clients, without }: PlanOptions): Plan {
  const random = new Random(seed)
  const off = random.pick([-5, 5])
  const side = random.pick(['server', 'prosody', 'none'])
  const clock = { server: side === 'server' ? off : 0, prosody: side === 'prosody' ? off : 0 }
  const faults = draw(random, seconds * 1_000).filter(({ kind }) => !without.includes(kind))
  const people = Array.from({ length: clients }, (_, who) => person(random, who, seconds * 1_000, clients))
  return { seed, clock, lostAfter: random.pick([2, 900]), people, faults }
}

/** Where somebody always is while connected. */
export function home(who: number): string[] {
  if (who === FOCUS) return [...KEPT, ...MAIN]
  return who < STAYERS ? [MAIN[who - 1] as string] : []
}

export function breakoutsOf(main: string): string[] {
  const number = MAIN.indexOf(main)
  return number < 0
    ? []
    : [0, 1].map((one) => `0b4be0a8-5c7a-4c7e-9d0e-3b7a1d1f0c${number}${one}@${BREAKOUT}`)
}

function mainOf(breakout: string): string | undefined {
  return MAIN.find((main) => breakoutsOf(main).includes(breakout))
}

export function isBreakout(room: string): boolean {
  return mainOf(room) !== undefined
}

function person(random: Random, who: number, duration: number, clients: number): Person {
  const steps: Step[] = []
  const inside = new Set<string>(home(who))
  for (let at = random.between(0, 1_500); at < duration; at += random.between(150, 1_500)) {
    const action =
      who === FOCUS ? order(random, clients) : who < STAYERS ? talk(random, inside) : next(random, inside)
    steps.push({ at: Math.round(at), ...action })
  }
  return {
    transport: random.pick(['websocket', 'tcp']),
    loyal: random.chance(0.5),
    nick: random.chance(0.7),
    steps,
  }
}

function order(random: Random, clients: number): Action {
  const what = random.weighted({ kick: 3, promote: 3, demote: 1 })
  return { do: what, whom: random.whole(STAYERS, clients - 1) }
}

function talk(random: Random, inside: Set<string>): Action {
  const room = random.pick([...inside])
  return { do: 'nick', room, nick: `Nick ${random.whole(0, 999)}` }
}

/** What somebody may do next, who is in these rooms if all goes well; changes the set. */
function next(random: Random, inside: Set<string>): Action {
  const some = [...inside]
  const first = some[0]
  if (first === undefined || (some.length < 3 && random.chance(0.25))) {
    const room = random.pick([KEPT, MAIN, FREE, FREE].flat().filter((room) => !inside.has(room)))
    if (random.chance(0.08)) return { do: 'join-cut', room }
    inside.add(room)
    return { do: 'join', room }
  }
  const room = random.pick(some)
  const to = mainOf(room) ?? (MAIN.includes(room) ? random.pick(breakoutsOf(room)) : undefined)
  // A change of name alone in a room ends it, and nobody tells the client: only where others stay.
  const rename = KEPT.includes(room) || MAIN.includes(room) ? 12 : 0
  const what = random.weighted({ leave: 30, nick: 15, rename, cut: 8, 'leave-cut': 3, move: to ? 30 : 0 })
  switch (what) {
    case 'move':
      inside.delete(room)
      inside.add(to as string)
      return { do: 'move', from: room, to: to as string, overlap: random.chance(0.5) }
    case 'nick':
      return { do: 'nick', room, nick: `Nick ${random.whole(0, 999)}` }
    case 'cut':
      inside.clear()
      return { do: 'cut' }
    case 'leave-cut':
      inside.clear()
      return { do: 'leave-cut', room }
    case 'rename':
      return { do: 'rename', room }
    case 'leave':
      inside.delete(room)
      return { do: 'leave', room }
  }
}

function draw(random: Random, duration: number): Fault[] {
  const when = () => Math.round(random.between(1_500, duration - 500))
  const many = <T>(low: number, high: number, one: () => T) =>
    Array.from({ length: random.whole(low, high) }, one)
  const down = (longest: number) => (random.chance(0.4) ? 0 : Math.round(random.between(0, longest)))
  const up = () => Math.round(random.between(0, 2_000))
  const rare = (probability: number, most: number) =>
    random.chance(probability) ? random.between(0, most) : 0
  const faults: Fault[] = [
    ...many(1, 3, () => ({ at: when(), kind: 'server-kill' as const, down: down(5_000), up: up() })),
    ...many(0, 1, () => ({ at: when(), kind: 'server-stop' as const, down: down(2_000), up: up() })),
    ...many(1, 3, () => ({ at: when(), kind: 'prosody-kill' as const, down: down(3_000), up: up() })),
    ...many(0, 1, () => ({ at: when(), kind: 'prosody-stop' as const, down: down(2_000), up: up() })),
    ...many(0, 2, () => ({ at: when(), kind: 'reload' as const, host: random.pick([CONFERENCE, BREAKOUT]) })),
    ...many(2, 4, () => ({
      at: when(),
      kind: 'weather' as const,
      lasts: Math.round(random.between(500, 4_000)),
      weather: {
        delay: Math.round(random.between(20, 3_000)),
        delayed: rare(0.7, 0.5),
        reset: rare(0.5, 0.3),
        swallowed: rare(0.7, 0.4),
        halved: rare(0.5, 0.3),
      },
    })),
    ...many(0, 1, () => ({
      at: when(),
      kind: 'blackout' as const,
      lasts: Math.round(random.between(1_000, 6_000)),
      weather: BLACKOUT,
    })),
  ]
  return faults.sort((a, b) => a.at - b.at)
}
