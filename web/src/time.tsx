// Times in the viewer's zone, with UTC on hover; durations that a person reads at a glance.
import { signal } from '@preact/signals'

/** The present, second by second. */
export const now = signal(Date.now())
setInterval(() => {
  now.value = Date.now()
}, 1_000)

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const seconds = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const day = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

export function clockOf(time: number): string {
  return clock.format(time)
}

export function secondsOf(time: number): string {
  return seconds.format(time)
}

export function dayOf(time: number): string {
  return day.format(time)
}

export function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString()
}

/** 45 s, 12 min, 1 h 05, 2 d 3 h. */
export function durationOf(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1_000))
  if (total < 60) return `${total} s`
  const minutes = Math.floor(total / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ${`${minutes % 60}`.padStart(2, '0')}`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** `at`, `beside`: epoch ms. Shows the day only where it is another than that of `beside`. */
export function Time({ at, beside = now.value }: { at: number; beside?: number }) {
  const utc = new Date(at).toISOString()
  return (
    <time dateTime={utc} title={`${utc.replace('T', ' ').replace('Z', '')} UTC`}>
      {isSameDay(at, beside) ? clockOf(at) : dayOf(at)}
    </time>
  )
}
