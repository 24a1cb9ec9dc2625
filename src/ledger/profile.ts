// What is known of an occupant when joining, taken out of what it came with.
import type { Profile } from './command.ts'

export function profileOf({ nick, role, email, avatar, userAgent, ip, userId }: Profile): Profile {
  return { nick, role, email, avatar, userAgent, ip, userId }
}
