// Reads a meeting: the room, everyone's stays in it and in its breakout rooms, page by page. One that goes on is read anew
// when the stream tells of it, so that it is shown as the ledger has it.
import { signal } from '@preact/signals'
import type { Event, Room, RoomsPage, Stay, StaysPage } from '../../../src/client/types.ts'
import { get, pagesOf, Refused } from '../api.ts'
import { follow } from '../stream.ts'

export type Read =
  | { state: 'reading'; stays: number }
  /** There is none, or there was none then. */
  | { state: 'missing' }
  | { state: 'failed' }
  /** `stays`: of the meeting and of its breakout rooms. `lost`: not connected since, epoch ms. */
  | { state: 'here'; room: Room; breakouts: Room[]; stays: Stay[]; lost: number | null }

export const read = signal<Read>({ state: 'reading', stays: 0 })

/** After a read that failed, ms. */
export const RETRY = 2_000
/** Between two reads at least, ms; and so many times as long as the last one took. */
const [PAUSE, SHARE] = [300, 4]

type Listener = {
  /** The ledger has learnt the true session of this meeting. */
  renamed: (session: string) => void
}

/** Until the signal. `at`: the meeting as it was then, epoch ms; null: as it is, and goes on. */
export async function watchMeeting(
  session: string,
  at: number | null,
  over: AbortSignal,
  { renamed }: Listener,
): Promise<void> {
  read.value = { state: 'reading', stays: 0 }
  let reading = false
  let again = false
  await load()
  // What has ended changes only if its end was concluded: the truth may still arrive.
  if (at !== null || !mayChange()) return
  await follow(
    {
      started() {
        here({ lost: null })
        void load()
      },
      received({ data }) {
        const event = JSON.parse(data) as Event
        if (event.type === 'room.identified' && event.data.formerSession === session)
          renamed(event.data.session)
        else if (concerns(event, session)) void load()
      },
      lost: (since) => here({ lost: since }),
    },
    over,
  )

  async function load(): Promise<void> {
    again = reading
    if (reading) return
    reading = true
    do {
      again = false
      const begun = performance.now()
      await readOnce(session, at, over)
      if (again) await pause(PAUSE + SHARE * (performance.now() - begun), over)
    } while (again && !over.aborted)
    reading = false
  }
}

function mayChange(): boolean {
  const { value } = read
  return value.state === 'here' && (value.room.endedAt === null || value.room.inferred)
}

/** However often it takes. */
async function readOnce(session: string, at: number | null, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    try {
      return await readAll(session, at, over)
    } catch (error) {
      if (over.aborted) return
      if (error instanceof Refused && (error.status === 404 || error.status === 422)) {
        read.value = { state: 'missing' }
        return
      }
      if (read.value.state === 'reading') read.value = { state: 'failed' }
      await pause(RETRY, over)
    }
  }
}

async function readAll(session: string, at: number | null, over: AbortSignal): Promise<void> {
  const then = at === null ? '' : `&at=${at}`
  const room = await get<Room>(`${pathOf(session)}?${then.slice(1)}`, over)
  const breakouts: Room[] = []
  const stays: Stay[] = []
  await Promise.all([
    readStays(`session=${encodeURIComponent(session)}`),
    readStays(breakoutsOf(room)),
    readRooms(`${breakoutsOf(room)}&sort=name`),
  ])
  if (over.aborted) return
  const lost = read.value.state === 'here' ? read.value.lost : null
  read.value = { state: 'here', room, breakouts, stays, lost }

  async function readStays(query: string): Promise<void> {
    for await (const { occupants } of pagesOf<StaysPage>(
      `/api/v1/occupants?state=all${then}&${query}`,
      over,
    )) {
      stays.push(...occupants)
      if (read.value.state === 'reading') read.value = { state: 'reading', stays: stays.length }
    }
  }

  async function readRooms(query: string): Promise<void> {
    for await (const { rooms } of pagesOf<RoomsPage>(`/api/v1/rooms?state=all${then}&${query}`, over))
      breakouts.push(...rooms)
  }
}

/** Of the room with this session. Its first letter is encoded as well: `occupants` would name what lies below a room. */
export function pathOf(session: string): string {
  const first = (letter: string) => `%${letter.charCodeAt(0).toString(16)}`
  return `/api/v1/rooms/${encodeURIComponent(session).replace(/^\w/, first)}`
}

/** Of the meetings of a room, those of this one: they were there during its time. */
function breakoutsOf({ jid, createdAt, endedAt }: Room): string {
  const from = Date.parse(createdAt)
  const to = endedAt === null ? '' : `&to=${Math.max(Date.parse(endedAt), from + 1)}`
  return `parent=${encodeURIComponent(jid)}&kind=breakout&from=${from}${to}`
}

/** Whether the event may change what is shown. */
function concerns({ type, roomJid, session: of, data }: Event, session: string): boolean {
  if (read.value.state !== 'here') return true
  const { room, breakouts } = read.value
  return (
    of === session ||
    roomJid === room.jid ||
    (type === 'room.created' && data.parentJid === room.jid) ||
    breakouts.some((breakout) => breakout.session === of)
  )
}

function here(change: { lost: number | null }): void {
  if (read.value.state === 'here') read.value = { ...read.value, ...change }
}

export function pause(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    over.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
