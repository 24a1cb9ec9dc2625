// What one connection of one client does and sees, as the client of the end-to-end tests tells it.
import { ClientRecord, type Deed } from '../e2e/record.ts'
import type { Life, Stay, Truth } from './truth.ts'

export class Diary extends ClientRecord {
  readonly #truth: Truth
  #life: Life
  readonly #open = new Map<string, Stay>()
  readonly #over = new WeakMap<Stay, PromiseWithResolvers<void>>()
  /** Where it was when the connection broke. */
  readonly broken: string[] = []

  constructor(truth: Truth) {
    super()
    this.#truth = truth
    this.#life = truth.life
  }

  /** It is in. Prosody may have ended and started again since it began to connect. */
  enter(): void {
    this.#life = this.#truth.life
  }

  /** The stay in that room, while it lasts. */
  in(room: string): Stay | undefined {
    return this.#open.get(room)
  }

  /** Resolves when that stay is over; not when the connection ends. */
  async over(stay: Stay): Promise<void> {
    await this.#over.get(stay)?.promise
  }

  get rooms(): string[] {
    return [...this.#open.keys()]
  }

  asks(room: string, jid: string, nick: string): void {
    const stay: Stay = {
      room,
      jid,
      asked: Date.now(),
      seen: null,
      life: this.#life,
      meeting: null,
      nick,
      role: 'participant',
      goodbye: null,
      end: null,
      noticed: false,
    }
    this.#open.set(room, stay)
    this.#over.set(stay, Promise.withResolvers())
    this.#truth.stays.push(stay)
  }

  /** The room said no: this never happened. */
  refused(room: string): void {
    const stay = this.#open.get(room)
    this.#open.delete(room)
    if (stay) this.#truth.stays.splice(this.#truth.stays.lastIndexOf(stay), 1)
  }

  override joined(room: string, _jid: string, data: Deed['data'], _asked: number, seen: number): void {
    const stay = this.#open.get(room)
    if (stay) Object.assign(stay, { seen: stay.seen ?? seen, nick: data['nick'], role: data['role'] })
  }

  override updated(room: string, _jid: string, data: Deed['data']): void {
    Object.assign(this.#open.get(room) ?? {}, data)
  }

  /** It saw itself go, or its connection is cut. */
  override left(room: string, _jid: string, reason: string, asked: number, seen: number): void {
    const stay = this.#open.get(room)
    if (!stay) return
    this.#open.delete(room)
    this.#over.get(stay)?.resolve()
    const by = reason === 'disconnected' ? 'cut' : 'presence'
    const dying = this.#life.how !== null
    if (by === 'cut') this.broken.push(room)
    if (by === 'cut' && dying) stay.end = { by: 'prosody', asked, seen }
    else stay.end = { by, asked: Math.min(asked, stay.goodbye ?? asked, this.#life.asked), seen }
  }

  override noticed(room: string, jid: string): void {
    const stay = this.#truth.latest(room, jid)
    if (stay?.end?.by !== 'cut' || stay.noticed) return
    stay.noticed = true
    stay.end.seen = Date.now()
  }

  /** The connection has ended, and not by its own doing. */
  broke(): void {
    const seen = Date.now()
    this.broken.push(...this.#open.keys())
    for (const stay of this.#open.values()) {
      stay.end = { by: this.#life.how === null ? 'cut' : 'prosody', asked: stay.goodbye ?? seen, seen }
    }
    this.#open.clear()
  }
}
