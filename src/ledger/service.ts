// Occupants that are no people, and rooms that are no meetings. They stay in the ledger, and out of counts and reports.
import { domainOf, localpartOf } from './jid.ts'

/** Accounts of Jitsi's own components, alone or numbered, as in `jvb`, `jvb-2`, `jibrib`. */
const ACCOUNT = /^(focus|jvb|jibri|jigasi|recorder|transcriber)([-_.]?([a-z]|\d{1,3}))?$/i
/** The domains that Jitsi's guides give them: a person called `focus` on the domain of the people is a person. */
const DOMAIN = /^(auth|recorder|hidden|transcriber|internal)\./i

/** Whether this occupant is a component of Jitsi: focus, a bridge, a recorder, a gateway, a transcriber. */
export function isService(jid: string): boolean {
  return ACCOUNT.test(localpartOf(jid)) && DOMAIN.test(domainOf(jid))
}

/**
 * Whether this room is for people: Jicofo's health checks are not, nor are the breweries in which its components gather
 * on the internal MUC. A `brewery` elsewhere is somebody's meeting.
 */
export function isMeeting(roomJid: string): boolean {
  const name = localpartOf(roomJid)
  const brewery = name.endsWith('brewery') && /^internal[.-]/.test(domainOf(roomJid))
  return !brewery && !name.startsWith('__jicofo-health-check')
}
