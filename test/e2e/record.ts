// What the clients of a scenario did, as they saw it themselves: the truth that the ledger is held against.

export type Role = 'participant' | 'moderator'

export type Deed = {
  type: 'room.created' | 'room.ended' | 'occupant.joined' | 'occupant.updated' | 'occupant.left'
  room: string
  /** The real JID; none for the room itself. */
  jid?: string
  /** When it was asked for and when it was seen to have happened, epoch ms. */
  asked: number
  seen: number
  data: Record<string, string | null>
}

type RoomTraits = { kind?: 'conference' | 'breakout' | 'lobby'; parentJid?: string; persistent?: boolean }

export class ClientRecord {
  readonly deeds: Deed[] = []
  readonly #present = new Map<string, Set<string>>()
  readonly #cut = new Map<string, Deed>()
  readonly #traits = new Map<string, RoomTraits>()

  /** Says what a room is before it is used; without it, it is a conference that ends when it is empty. */
  describe(room: string, traits: RoomTraits): void {
    this.#traits.set(room, { ...this.#traits.get(room), ...traits })
  }

  created(room: string, asked: number, seen = asked): void {
    if (this.#present.has(room)) return
    this.#present.set(room, new Set())
    const { kind = 'conference', parentJid = null } = this.#traits.get(room) ?? {}
    const name = room.slice(0, room.indexOf('@'))
    this.deeds.push({ type: 'room.created', room, asked, seen, data: { name, kind, parentJid } })
  }

  ended(room: string, asked: number, seen = asked, reason: string | null = null): void {
    this.#present.delete(room)
    this.deeds.push({ type: 'room.ended', room, asked, seen, data: { reason } })
  }

  joined(room: string, jid: string, data: Deed['data'], asked: number, seen: number): void {
    this.created(room, asked, seen)
    this.#present.get(room)?.add(jid)
    this.deeds.push({ type: 'occupant.joined', room, jid, asked, seen, data })
  }

  updated(room: string, jid: string, data: Deed['data'], asked: number, seen: number): void {
    this.deeds.push({ type: 'occupant.updated', room, jid, asked, seen, data })
  }

  left(room: string, jid: string, reason: string, asked: number, seen: number): void {
    if (!this.#present.get(room)?.delete(jid)) return
    const deed: Deed = { type: 'occupant.left', room, jid, asked, seen, data: { reason } }
    this.deeds.push(deed)
    if (reason === 'disconnected') this.#cut.set(`${room} ${jid}`, deed)
    if (this.#present.get(room)?.size === 0 && !this.#traits.get(room)?.persistent) {
      this.ended(room, asked, seen)
    }
  }

  /** Someone whose connection was cut is seen to go by the others: only they can tell when. */
  noticed(room: string, jid: string): void {
    const deed = this.#cut.get(`${room} ${jid}`)
    if (!deed) return
    deed.seen = Date.now()
    this.#cut.delete(`${room} ${jid}`)
  }

  /** Cuts that nobody has noticed yet. */
  get unnoticed(): number {
    return this.#cut.size
  }

  /** Corrects the latest deed of someone in a room, or of the room itself: what they do is not what they see. */
  amend(room: string, jid: string | undefined, data: Deed['data']): void {
    const deed = this.deeds.findLast((candidate) => candidate.room === room && candidate.jid === jid)
    Object.assign(deed?.data ?? {}, data)
  }

  /** What happens meanwhile is not written down. */
  async pause(body: () => Promise<void>): Promise<void> {
    const before = [...this.deeds]
    const present = new Map([...this.#present].map(([room, jids]) => [room, new Set(jids)]))
    await body()
    this.deeds.splice(0, Infinity, ...before)
    this.#present.clear()
    for (const [room, jids] of present) this.#present.set(room, jids)
  }
}
