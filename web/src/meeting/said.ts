// A stay in words: what is shown beside it on hover and focus is what is read aloud.
import { text } from '../strings.ts'
import { isSameDay, secondsOf } from '../time.tsx'
import type { Change, Stay } from './people.ts'

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })

/** To the second; with the day where it is another than that of `beside`. */
export function exactOf(time: number, beside: number): string {
  return isSameDay(time, beside) ? secondsOf(time) : `${day.format(time)} ${secondsOf(time)}`
}

/** 0:49:12, as the files of the report have it. */
export function lengthOf(ms: number): string {
  const total = Math.floor(ms / 1_000)
  const two = (number: number) => `${number % 60}`.padStart(2, '0')
  return `${Math.floor(total / 3_600)}:${two(Math.floor(total / 60))}:${two(total)}`
}

export function reasonOf(reason: string | null): string {
  return reason === null ? '' : (text.meeting.reasons[reason] ?? reason)
}

/** Line by line. `beside`: the day of what it is shown with, epoch ms. */
export function linesOf(stay: Stay, beside: number): string[] {
  const { stay: say } = text.meeting
  const { from, to, open, breakout, reason, inferred, client, moderated, changes } = stay
  const out = open ? say.open : say.out(exactOf(to, beside))
  const end = reasonOf(reason)
  return [
    `${say.in(exactOf(from, beside))}, ${out}, ${lengthOf(to - from)}`,
    breakout === null ? '' : say.breakout(breakout),
    inferred ? say.inferred(end) : end,
    moderated[0]?.from === from ? say.moderator : '',
    ...changes.map((change) => changeIn(change, beside)),
    client,
  ].filter((line) => line !== '')
}

/** The same times for somebody in another zone. */
export function utcOf({ from, to, open }: Stay): string {
  const said = (time: number) => new Date(time).toISOString().slice(0, 19).replace('T', ' ')
  const [begun, ended] = [said(from), said(to)]
  if (open) return `${begun} UTC`
  return `${begun} – ${begun.slice(0, 10) === ended.slice(0, 10) ? ended.slice(11) : ended} UTC`
}

function changeIn({ at, nick, role }: Change, beside: number): string {
  const { stay: say } = text.meeting
  const time = exactOf(at, beside)
  const renamed = nick === undefined ? [] : [say.nick(time, nick)]
  if (role === undefined) return renamed.join('')
  return [...renamed, role === 'moderator' ? say.moderatorSince(time) : say.participantSince(time)].join(', ')
}
