// A site with rooms and people in it, for the benchmarks that look at it: the calls that tell of them, many at once.

export type Call = { method: string; path: string; body: object }

const HOST = 'conference.example.com'
/** Calls in a batch; the server takes 1,000. */
const BATCH = 1_000

export function create(room: string): Call {
  return {
    method: 'POST',
    path: '/api/v1/rooms',
    body: { name: room, session: `s-${room}`, jid: jidOf(room) },
  }
}

export function end(room: string): Call {
  return { method: 'DELETE', path: `/api/v1/rooms/s-${room}`, body: { jid: jidOf(room) } }
}

export function enter(room: string, who: string): Call {
  const body = { jid: addressOf(who), roomJid: jidOf(room), nick: `Person ${who}`, role: 'participant' }
  return { method: 'POST', path: '/api/v1/occupants', body }
}

export function promote(room: string, who: string): Call {
  return { method: 'PUT', path: pathOf(who), body: { roomJid: jidOf(room), role: 'moderator' } }
}

export function leave(room: string, who: string): Call {
  return { method: 'DELETE', path: pathOf(who), body: { roomJid: jidOf(room) } }
}

/** Throws unless each of them was taken. */
export async function tell(url: string, calls: Call[]): Promise<void> {
  for (let next = 0; next < calls.length; next += BATCH) {
    const answer = await fetch(`${url}/api/v1/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ requests: calls.slice(next, next + BATCH) }),
    })
    const { responses } = (await answer.json()) as { responses?: { status: number; body: object }[] }
    const refused = responses?.find(({ status }) => status !== 200)
    if (!responses || refused) throw new Error(`${answer.status} ${JSON.stringify(refused)}`)
  }
}

function pathOf(who: string): string {
  return `/api/v1/occupants/${encodeURIComponent(addressOf(who))}`
}

function addressOf(who: string): string {
  return `${who}@example.com/tab`
}

function jidOf(room: string): string {
  return `${room}@${HOST}`
}
