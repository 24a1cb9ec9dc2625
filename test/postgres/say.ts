// Single requests to a server, and what it answered.

export type Said = { status: number; retryAfter: string | null; ms: number }

/** Creates a room of this session, under a JID of its own. */
export function create(server: { url: string }, session: string, key?: string): Promise<Said> {
  const jid = `${session}@conference.example.com`
  return post(server, '/api/v1/rooms', { name: session, session, jid }, key)
}

export function join(server: { url: string }, session: string, jid: string): Promise<Said> {
  const roomJid = `${session}@conference.example.com`
  return post(server, '/api/v1/occupants', { jid, roomJid, nick: jid, role: 'participant' })
}

export async function sessions({ url }: { url: string }): Promise<string[]> {
  const { rooms } = (await (await fetch(`${url}/api/v1/rooms`)).json()) as { rooms: { session: string }[] }
  return rooms.map(({ session }) => session).toSorted()
}

async function post({ url }: { url: string }, path: string, body: object, key?: string): Promise<Said> {
  const began = Date.now()
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    body: JSON.stringify(body),
  })
  await response.text()
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    ms: Date.now() - began,
  }
}
