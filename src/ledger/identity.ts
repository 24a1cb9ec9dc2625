// Who a stay belongs to. A person is everyone's stays under one identity: the account that a token vouches for, else
// the email they typed, else the user part of their JID with their nick.
import type { Profile } from './command.ts'
import { localpartOf } from './jid.ts'

export type Identity = Pick<Profile, 'userId' | 'email' | 'nick'> & { jid: string }

/**
 * The same text for the same person. Its first word says what it rests on: `user:` is verified, `email:` and `jid:`
 * are self-typed. An email is compared without regard to case; everything else to the letter.
 */
export function personOf({ userId, email, jid, nick }: Identity): string {
  if (userId !== null) return `user:${userId}`
  if (email !== null) return `email:${email.trim().toLowerCase()}`
  return `jid:${localpartOf(jid)}/${nick}`
}
