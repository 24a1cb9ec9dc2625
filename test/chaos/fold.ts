// Rebuilds rooms and stays from the event log alone, and holds that against what the API says of them.
import { isDeepStrictEqual } from 'node:util'
import { readEvents, readOccupants, readRooms, type LedgerEvent } from '../e2e/ledger.ts'

export type FoldedRoom = { session: string; jid: string; createdAt: number; endedAt: number | null }
export type FoldedStay = {
  session: string
  room: string
  jid: string
  nick: string
  role: string
  joinedAt: number
  leftAt: number | null
  leaveReason: string | null
  /** The end was concluded, not reported. */
  inferred: boolean
}
export type Ledger = { events: LedgerEvent[]; rooms: FoldedRoom[]; stays: FoldedStay[]; problems: string[] }

type Logged = LedgerEvent & { inferred: boolean }

export async function readLedger(url: string): Promise<Ledger> {
  const events = await readEvents(url)
  const ledger: Ledger = { events, rooms: [], stays: [], problems: [] }
  for (const [index, event] of events.entries()) {
    if (event.seq !== index + 1) ledger.problems.push(`log: seq ${event.seq} is number ${index + 1}`)
    apply(ledger, event as Logged)
  }
  await compareTables(url, ledger)
  return ledger
}

function apply(ledger: Ledger, { type, session, roomJid, at, inferred, data }: Logged): void {
  const when = Date.parse(at)
  const complain = (what: string) => ledger.problems.push(`log: ${type} in ${session}: ${what}`)
  if (type === 'room.created') {
    if (ledger.rooms.some((room) => room.session === session)) complain('there is one already')
    if (ledger.rooms.some((room) => room.jid === roomJid && room.endedAt === null))
      complain('another is live')
    ledger.rooms.push({ session, jid: roomJid, createdAt: when, endedAt: null })
    return
  }
  const room = ledger.rooms.find((candidate) => candidate.session === session)
  if (!room) return void complain('no such room')
  const corrected = type.endsWith('.corrected')
  if ((room.endedAt !== null) !== corrected && type.startsWith('room.')) complain('not in this state')
  if (type === 'room.ended') room.endedAt = when
  if (type === 'room.corrected') room.endedAt = instant(data['endedAt'])
  if (type.startsWith('room.')) return

  const { jid, nick, role } = data as { jid: string; nick: string; role: string }
  const stay = ledger.stays.findLast((candidate) => candidate.session === session && candidate.jid === jid)
  const live = stay?.leftAt === null
  if (type === 'occupant.joined') {
    if (live) complain(`${jid} is there already`)
    const open = { leftAt: null, leaveReason: null, inferred: false }
    ledger.stays.push({ session, room: roomJid, jid, nick, role, joinedAt: when, ...open })
    return
  }
  // What was said before an end that was only inferred arrives after it, and leaves it as it is.
  const late = type === 'occupant.updated' && stay?.inferred === true && when <= (stay.leftAt ?? 0)
  if (!stay || (live === corrected && !late)) return void complain(`${jid} is not in this state`)
  if (type === 'occupant.updated') Object.assign(stay, { ...(nick && { nick }), ...(role && { role }) })
  else if (type === 'occupant.left') {
    Object.assign(stay, { leftAt: when, leaveReason: data['reason'] ?? null, inferred })
  } else if (corrected) {
    const leftAt = instant(data['leftAt'])
    Object.assign(stay, { leftAt, leaveReason: data['reason'] ?? null, inferred })
  } else complain('not a type that is known')
}

/** In a correction: when the end truly was; null when there was none. */
function instant(text: string | null | undefined): number | null {
  return text ? Date.parse(text) : null
}

async function compareTables(url: string, { rooms, stays, problems }: Ledger): Promise<void> {
  const time = (value: number | null) => value && new Date(value).toISOString()
  const read = await readRooms(url)
  const said = read.map(({ session, jid, endedAt }) => [session, jid, endedAt].join(' ')).sort()
  const folded = rooms.map(({ session, jid, endedAt }) => [session, jid, time(endedAt)].join(' ')).sort()
  if (!isDeepStrictEqual(said, folded)) problems.push(...difference('rooms', said, folded))
  for (const { session } of read) {
    const table = (await readOccupants(url, session)).map(
      ({ jid, nick, role, joinedAt, leftAt, leaveReason }) =>
        [jid, nick, role, joinedAt, leftAt, leaveReason].join(' | '),
    )
    const log = stays
      .filter((stay) => stay.session === session)
      .map(({ jid, nick, role, joinedAt, leftAt, leaveReason }) =>
        [jid, nick, role, time(joinedAt), time(leftAt), leaveReason].join(' | '),
      )
    problems.push(...difference(`stays of ${session}`, table.sort(), log.sort()))
  }
}

function difference(what: string, table: string[], log: string[]): string[] {
  return [
    ...table.filter((line) => !log.includes(line)).map((line) => `log: ${what}: only in the table: ${line}`),
    ...log.filter((line) => !table.includes(line)).map((line) => `log: ${what}: only in the log: ${line}`),
  ]
}
