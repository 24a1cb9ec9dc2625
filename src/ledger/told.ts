// Rooms of a sender that has no sessions: theirs are made from the room and from when the meeting began.
import type { Room } from './state.ts'

/** What the sessions of such rooms begin with. */
export const TOLD = 'event-sync:'
/** At the end of a session: nobody has told when the meeting began, this is the first that is known of it. */
const ABOUT = '~'

/** `startedAt`: epoch ms; `created`: whether that is when it was created, as told. */
export function sessionOf(series: string, startedAt: number, created: boolean): string {
  return `${series}:${startedAt / 1_000}${created ? '' : ABOUT}`
}

export function isTold({ session }: Room): boolean {
  return session.startsWith(TOLD)
}

/** Whether its sender has told when it was created. */
export function hasBeginning({ session }: Room): boolean {
  return !session.endsWith(ABOUT)
}
