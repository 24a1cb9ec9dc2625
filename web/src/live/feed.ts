// Keeps the state of Live current: reads who is where, then applies what the stream tells. While it reads, the stream is
// kept; what happened meanwhile is applied afterwards, and applying what is already known changes nothing.
import { signal } from '@preact/signals'
import { get, pagesOf } from '../api.ts'
import { pause } from '../pause.ts'
import { follow } from '../stream.ts'
import {
  addRoom,
  addStay,
  apply,
  emptyLive,
  settle,
  type ListedRoom,
  type ListedStay,
  type Live,
  type LiveEvent,
} from './state.ts'

export type Connection =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'lost'; since: number }
  /** The time machine: epoch ms. */
  | { state: 'past'; at: number }

type RoomsPage = { rooms: ListedRoom[]; next: string | null }
type OccupantsPage = { occupants: ListedStay[]; next: string | null }

export type Host = {
  host: string
  lastContact: string
  silent: boolean | null
  inSync: boolean | null
  rooms: number
  occupants: number
}

export const connection = signal<Connection>({ state: 'connecting' })
export const live = signal<Live>(emptyLive())
/** Goes up whenever `live` has changed: the state itself is one object, for copies of 100,000 people cost too much. */
export const version = signal(0)
export const loaded = signal(false)
/** The rooms are known, and how many are in each; not yet who. */
export const outlined = signal(false)
export const failed = signal(false)
export const hosts = signal<Host[] | undefined>(undefined)

/** How often the hosts are asked for, ms. */
const HOSTS = 5_000
/** What the hosts count has arrived here after this long, ms, or it is missing. */
const ARRIVAL = 1_000
/** After a read that failed, ms. */
const RETRY = 2_000
/** The page shows what has happened at most so often, ms: 50 events a second are one picture. */
const FRAME = 100

/** Follows until the signal. */
export async function followLive(over: AbortSignal): Promise<void> {
  let last = 0
  let reading = false
  let again = false
  let kept: LiveEvent[] = []
  let doubts = 0
  /** How many occupants were known here since the hosts were last asked for. */
  let least = 0
  let most = 0
  reset({ state: 'connecting' })

  async function read(): Promise<void> {
    again = reading
    if (reading) return
    reading = true
    kept = []
    const next = await readAll('state=live', over, outline)
    if (over.aborted) return
    for (const event of kept) apply(next, event)
    reading = false
    live.value = next
    loaded.value = true
    show()
    if (again) void read()
  }

  async function watchHosts(): Promise<void> {
    while (!over.aborted) {
      least = most = live.value.occupants
      const said = await readHosts(over)
      await pause(ARRIVAL, over)
      const counted = said?.reduce((sum, host) => sum + host.occupants, 0) ?? NaN
      const differs = counted < least || counted > most
      doubts = loaded.value && differs && connection.value.state === 'live' ? doubts + 1 : 0
      if (doubts >= 2) {
        doubts = 0
        void read()
      }
      await pause(HOSTS - ARRIVAL, over)
    }
  }

  void watchHosts()
  await follow(
    {
      started(seq) {
        connection.value = { state: 'live' }
        // Nothing was read yet, or the log is shorter than what was seen of it.
        if (!loaded.value || seq < last) void read()
        last = seq
      },
      received({ data }) {
        const event = JSON.parse(data) as LiveEvent & { seq: number }
        last = event.seq
        if (reading) kept.push(event)
        const known = apply(live.value, event)
        least = Math.min(least, live.value.occupants)
        most = Math.max(most, live.value.occupants)
        if (!known) void read()
        if (hosts.value?.length === 0) void readHosts(over)
        show()
      },
      lost(since) {
        connection.value = { state: 'lost', since }
      },
    },
    over,
  )
}

/** The world as it was: read once. */
export async function readPast(at: number, over: AbortSignal): Promise<void> {
  reset({ state: 'past', at })
  const then = await readAll(`at=${at}`, over, outline)
  if (over.aborted) return
  live.value = then
  loaded.value = true
  show()
  await readHosts(over)
}

function reset(state: Connection): void {
  connection.value = state
  live.value = emptyLive()
  loaded.value = false
  outlined.value = false
  show()
}

/** A first picture is shown before everybody is there; later ones replace a picture that is whole. */
function outline(next: Live): void {
  if (loaded.value) return
  live.value = next
  outlined.value = true
  show()
}

/** However often it takes. `roomsKnown` is called while the people are still to come. */
async function readAll(query: string, over: AbortSignal, roomsKnown: (next: Live) => void): Promise<Live> {
  while (!over.aborted) {
    const next = emptyLive()
    try {
      for await (const { rooms } of pagesOf<RoomsPage>(`/api/v1/rooms?${query}`, over)) {
        for (const room of rooms) addRoom(next, room)
        roomsKnown(next)
      }
      for await (const { occupants } of pagesOf<OccupantsPage>(`/api/v1/occupants?${query}`, over)) {
        for (const stay of occupants) addStay(next, stay)
      }
      failed.value = false
      settle(next)
      return next
    } catch {
      failed.value = !over.aborted
      await pause(RETRY, over)
    }
  }
  return emptyLive()
}

async function readHosts(over: AbortSignal): Promise<Host[] | undefined> {
  try {
    return (hosts.value = (await get<{ hosts: Host[] }>('/api/v1/hosts', over)).hosts)
  } catch {
    // The next time tells.
    return undefined
  }
}

let waiting = false
let shownAt = -FRAME

/** At once where nothing was shown for a while, else with what else happens within the frame. */
function show(): void {
  if (waiting) return
  waiting = true
  const wait = Math.max(0, shownAt + FRAME - performance.now())
  setTimeout(() => {
    waiting = false
    shownAt = performance.now()
    version.value += 1
  }, wait)
}
