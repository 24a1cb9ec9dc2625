// What somebody said of themselves during a stay: at joining, and whenever it changed.
import type { Role } from './command.ts'

/** Only what was said then. `at`: epoch ms. */
export type Said = { at: number; nick?: string; role?: Role; email?: string }

/** What holds at a moment: each field as it was said last. */
export type Names = { nick: string; role: Role; email: string | null }

export function joinedAs({ nick, role, email }: Names, at: number): Said {
  return { at, nick, role, ...(email !== null && { email }) }
}

/**
 * In order of time up to and with `until`. The entries come in order of arrival; of those of one instant the later
 * arrival counts. The first, what was said at joining, is always there.
 */
export function historyOf(said: Said[], until: number): Said[] {
  return said
    .filter(({ at }, index) => index === 0 || at <= until)
    .toSorted((one, other) => one.at - other.at)
}

/** What held after all of it. */
export function namesAfter(history: Said[], before: Names): Names {
  return history.reduce<Names>(
    ({ nick, role, email }, said) => ({
      nick: said.nick ?? nick,
      role: said.role ?? role,
      email: said.email ?? email,
    }),
    before,
  )
}
