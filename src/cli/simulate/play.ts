// Sends what was planned: many calls at once for what has happened, and what happens from now on when its time comes.
import { setTimeout as pause } from 'node:timers/promises'
import { DEMO_HOST } from '../../ledger/demo.ts'
import type { Progress } from '../progress.ts'
import { planDay } from './day.ts'
import type { Call } from './meeting.ts'
import { Present } from './present.ts'
import type { Target } from './target.ts'

/** Calls in a batch; the server takes 1,000. */
const BATCH = 500
/** How often it is looked for what is due, ms. */
const TICK = 500

/** As rollcall_heartbeat of the Prosody module, ms. */
const HEARTBEAT = 30_000

type PlayOptions = { seed: number; before: Call[]; from: number; speed: number; signal: AbortSignal }
export type Sent = { calls: number; refused: number }

/** What was planned for the local days from `from` on, up to and with the day of `to`. */
export function planDays(seed: number, from: Date, to: Date): Call[] {
  const calls: Call[] = []
  for (let day = midnight(from); day <= to; day = dayAfter(day)) calls.push(...planDay(seed, day))
  return calls
}

export async function sendAll(
  target: Target,
  calls: Call[],
  { progress, signal }: { progress?: Progress; signal?: AbortSignal } = {},
): Promise<Sent> {
  const sent = { calls: 0, refused: 0 }
  progress?.start('simulating', calls.length)
  for (let next = 0; next < calls.length;) {
    if (signal?.aborted) break
    const size = await sendSome(target, calls.slice(next, next + BATCH), sent)
    progress?.advance(size)
    next += size
  }
  progress?.end()
  return sent
}

/** A snapshot cannot be part of a batch: what stands before it goes first. Returns how many were sent. */
async function sendSome(target: Target, calls: Call[], sent: Sent): Promise<number> {
  const position = calls.findIndex(({ path }) => path === '/api/v1/sync')
  const [first] = calls
  if (position === 0 && first) {
    await target.call('POST', first.path, first.body)
    sent.calls += 1
    return 1
  }
  const requests = position === -1 ? calls : calls.slice(0, position)
  const { responses } = await target.call('POST', '/api/v1/batch', { requests })
  sent.calls += requests.length
  sent.refused += (responses as { status: number }[]).filter(({ status }) => status !== 200).length
  return requests.length
}

/**
 * Goes on until the signal: what is planned after `from` happens when its time comes, `speed` times as fast. Faster than
 * life, things happen when they are sent, so that stays are shorter by as much. `before`: what was planned until then. As a
 * Prosody does, it says every 30 seconds how much is live, sends a snapshot where the ledger differs, and when it ends tells
 * of the end of all that is live.
 */
export async function playOn(
  target: Target,
  { seed, before, from, speed, signal }: PlayOptions,
): Promise<void> {
  const begun = Date.now()
  const bootId = `demo ${begun}`
  const clock = () => from + (Date.now() - begun) * speed
  const present = new Present()
  before.forEach((call) => present.take(call))
  let beaten = 0

  async function beat(): Promise<void> {
    if (Date.now() - beaten < HEARTBEAT) return
    beaten = Date.now()
    const said = { host: DEMO_HOST, bootId }
    const { inSync } = await target.call('POST', '/api/v1/heartbeat', { ...said, ...present.counts() })
    if (inSync !== true) await target.call('POST', '/api/v1/sync', { ...said, rooms: present.rooms() })
  }

  async function happen(calls: Call[]): Promise<void> {
    const made = speed === 1 ? calls : calls.map(asNow)
    await sendAll(target, made)
    made.forEach((call) => present.take(call))
  }

  for (let day = midnight(new Date(from)); !signal.aborted; day = dayAfter(day)) {
    const calls = planDay(seed, day).filter(({ at }) => at > from)
    while (calls.length > 0 && !signal.aborted) {
      const due = calls.findIndex(({ at }) => at > clock())
      const ready = calls.splice(0, due === -1 ? calls.length : due)
      if (ready.length > 0) await happen(ready)
      await beat()
      await pause(TICK, undefined, { signal }).catch(() => {})
    }
  }
  await sendAll(target, present.ends())
}

function asNow(call: Call): Call {
  const { at: _at, ...body } = call.body
  return { ...call, body }
}

function midnight(day: Date): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate())
}

function dayAfter(day: Date): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1)
}
