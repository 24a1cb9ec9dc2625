// People as a table keeps them: one row for everyone who was ever in a meeting, as they were in their latest stay.
import type { Identity } from '../ledger/identity.ts'
import { personId } from './person.ts'
import { searchText } from './search.ts'

/** `seenAt`: when their latest stay began, epoch ms. */
export type Person = { id: string; userId: string | null; email: string | null; name: string; seenAt: number }

/** Names that are kept of one person. */
export const NAMES = 10

/** Who this stay makes known; null for a component of Jitsi. */
export function personIn(stay: Identity & { joinedAt: number }): Person | null {
  const id = personId(stay)
  if (id === null) return null
  const { userId, email, nick, joinedAt } = stay
  return { id, userId, email, name: nick, seenAt: joinedAt }
}

/** Their name and email as they are searched. */
export function personText({ name, email }: Pick<Person, 'name' | 'email'>): string {
  return searchText(name, email)
}
