// What is live in the demo, by the calls that were made: what its Prosody would count in a heartbeat and list in a snapshot.
import type { Call } from './meeting.ts'

type Occupant = Record<string, unknown> & { jid: string }
type Room = { listed: Record<string, unknown>; occupants: Map<string, Occupant> }

const ROOMS = '/api/v1/rooms'
const OCCUPANTS = '/api/v1/occupants'

export class Present {
  /** By JID. */
  readonly #rooms = new Map<string, Room>()

  take({ method, path, body }: Call): void {
    const { roomJid, ...said } = body
    if (path === '/api/v1/sync') return this.#rooms.clear()
    if (path.startsWith(ROOMS)) {
      const jid = String(body['jid'])
      if (method === 'DELETE') this.#rooms.delete(jid)
      else this.#rooms.set(jid, { listed: body, occupants: new Map() })
      return
    }
    const occupants = this.#rooms.get(String(roomJid))?.occupants
    if (!occupants) return
    const jid = method === 'POST' ? String(said['jid']) : decodeURIComponent(path.slice(OCCUPANTS.length + 1))
    if (method === 'DELETE') occupants.delete(jid)
    else if (method === 'POST') occupants.set(jid, { ...said, jid })
    else {
      // When they changed is not when they came.
      const { at: _at, ...changes } = said
      const known = occupants.get(jid)
      if (known) occupants.set(jid, { ...known, ...changes })
    }
  }

  /** As a heartbeat has them. */
  counts(): { rooms: number; occupants: number } {
    const rooms = [...this.#rooms.values()]
    return {
      rooms: rooms.length,
      occupants: rooms.reduce((sum, { occupants }) => sum + occupants.size, 0),
    }
  }

  /** As a snapshot lists them. */
  rooms(): object[] {
    return [...this.#rooms.values()].map(({ listed, occupants }) => ({
      ...listed,
      occupants: [...occupants.values()],
    }))
  }

  /** The end of all of them, now. */
  ends(): Call[] {
    return [...this.#rooms.values()].map(({ listed: { session, jid } }) => ({
      at: Date.now(),
      method: 'DELETE',
      path: `${ROOMS}/${encodeURIComponent(String(session))}`,
      body: { jid },
    }))
  }
}
