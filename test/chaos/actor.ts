// One client and its steps: it reconnects whenever it must, and writes down what it asked for and what it saw.
import { setTimeout as sleep } from 'node:timers/promises'
import { AUTH, DOMAIN } from '../e2e/prosody.ts'
import type { Details, Person as Client } from '../e2e/xmpp.ts'
import { Connection, type Ports } from './connection.ts'
import { breakoutsOf, FOCUS, home, isBreakout, MAIN, type Person, type Step } from './plan.ts'
import type { Truth } from './truth.ts'

export class Actor {
  readonly jid: string
  /** What did not go as asked, for whoever looks into a failure. */
  readonly notes: string[] = []
  readonly #name: string
  readonly #who: number
  readonly #ports: Ports
  readonly #truth: Truth
  readonly #person: Person
  readonly #crowd: Actor[]
  #connection: Connection | undefined
  #retired = false
  #renamed = 0
  /** Since it is connected, by focus. */
  readonly #announced = new Set<string>()

  constructor(who: number, person: Person, ports: Ports, truth: Truth, crowd: Actor[]) {
    this.#who = who
    this.#name = who === FOCUS ? 'focus' : `p${who}`
    this.jid = `${this.#name}@${this.#domain}/home`
    this.#person = person
    this.#ports = ports
    this.#truth = truth
    this.#crowd = crowd
  }

  /** Takes the steps of the plan, each at its time or as soon after it as the one before is done. */
  async perform(start: number): Promise<void> {
    for (const step of this.#person.steps) {
      if (this.#retired) return
      await sleep(Math.max(0, start + step.at - Date.now()))
      await this.#attempt(`${step.at} ${step.do}`, () => this.#take(step))
    }
  }

  /** Connects if it is not, and goes where it always is. */
  async arrive(): Promise<void> {
    while (!this.#alive && !this.#retired) {
      const before = this.#connection?.diary
      try {
        this.#announced.clear()
        this.#connection = await this.#connect()
      } catch {
        await sleep(100)
        continue
      }
      const back = this.#person.loyal ? (before?.broken ?? []) : []
      for (const room of new Set([...home(this.#who), ...back])) {
        await this.#attempt(`back to ${room}`, () => this.#join(room))
      }
    }
    for (const room of home(this.#who)) {
      if (!this.#connection?.diary.in(room)) await this.#attempt('home', () => this.#join(room))
    }
  }

  async retire(): Promise<void> {
    this.#retired = true
    if (this.#alive) await this.#connection?.client.close()
  }

  get #alive(): boolean {
    return this.#connection?.alive === true
  }

  get #domain(): string {
    return this.#who === FOCUS ? AUTH : DOMAIN
  }

  #connect(): Promise<Connection> {
    const { transport } = this.#person
    const who = { name: this.#name, domain: this.#domain, transport }
    return Connection.open(this.#ports, this.#truth, who)
  }

  async #take(step: Step): Promise<void> {
    await this.arrive()
    switch (step.do) {
      case 'join':
        return this.#join(step.room)
      case 'leave':
        return this.#leave(step.room)
      case 'nick':
        return this.#change(step.room, (client) => client.change(step.room, { nick: step.nick }))
      case 'rename':
        return this.#rename(step.room)
      case 'move':
        if (step.overlap) await this.#join(step.to)
        await this.#leave(step.from, 'switch_room')
        if (!step.overlap) await this.#join(step.to)
        return
      case 'cut':
        return this.#cut()
      case 'join-cut':
        return this.#together(this.#join(step.room), step.at % 40)
      case 'leave-cut':
        return this.#together(this.#leave(step.room), step.at % 40)
      default:
        return this.#order(step.do, this.#crowd[step.whom] as Actor)
    }
  }

  async #join(room: string): Promise<void> {
    const { client, diary } = this.#here()
    if (diary.in(room)) return
    // Without focus in the main room nobody has announced it, and who comes is sent away without a word.
    if (isBreakout(room) && !this.#crowd[FOCUS]?.hasAnnounced(room)) return
    const nick = this.jid.replace(/[@/]/g, '-')
    const details: Details = this.#person.nick ? { nick: `Person ${this.#name}` } : {}
    diary.asks(room, this.jid, details.nick ?? nick)
    try {
      await this.#answered(client.join(room, details, nick))
    } catch (error) {
      if (String(error).includes('refused:')) diary.refused(room)
      throw error
    }
    if (this.#who === FOCUS && MAIN.includes(room)) {
      for (const breakout of breakoutsOf(room)) {
        await client.tell(room, 'breakout', { id: breakout.split('@', 1)[0] ?? '' })
        this.#announced.add(breakout)
      }
    }
  }

  async #leave(room: string, status?: string): Promise<void> {
    const { client, diary } = this.#here()
    const stay = diary.in(room)
    if (!stay?.seen) return
    stay.goodbye ??= Date.now()
    await this.#answered(client.leave(room, status))
  }

  async #change(room: string, how: (client: Client) => Promise<void>): Promise<void> {
    const { client, diary } = this.#here()
    const stay = diary.in(room)
    if (!stay?.seen) return
    // Who is kicked meanwhile gets no answer.
    await this.#answered(Promise.race([how(client), diary.over(stay)]))
  }

  #rename(room: string): Promise<void> {
    // Where focus is not (yet), the one who changes the name may be alone.
    if (!this.#crowd[FOCUS]?.isIn(room)) return Promise.resolve()
    this.#renamed += 1
    return this.#change(room, (client) =>
      client.rename(room, `${this.#name}-${this.#renamed}`, { muc: false }),
    )
  }

  async #cut(): Promise<void> {
    await this.#here().client.drop()
  }

  /** Cuts the connection while something is under way. */
  async #together(underWay: Promise<void>, milliseconds: number): Promise<void> {
    underWay.catch(() => {})
    await sleep(milliseconds)
    await this.#cut()
  }

  async #order(what: 'kick' | 'promote' | 'demote', whom: Actor): Promise<void> {
    const { client, diary } = this.#here()
    const found = whom.#connection?.diary.rooms.find((room) => diary.in(room)?.seen && whom.isIn(room))
    const stay = found === undefined ? undefined : whom.#connection?.diary.in(found)
    if (found === undefined || !stay) return
    const nick = whom.#here().client.nickIn(found)
    if (what !== 'kick') {
      return this.#answered(client.setRole(found, nick, what === 'promote' ? 'moderator' : 'participant'))
    }
    const asked = Date.now()
    stay.goodbye ??= asked
    try {
      await this.#answered(client.kick(found, nick))
    } catch (error) {
      // Refused: not there under that name.
      if (this.#alive && !stay.end && stay.goodbye === asked) stay.goodbye = null
      throw error
    }
  }

  /** As far as it knows itself. */
  isIn(room: string): boolean {
    return this.#alive && this.#connection?.diary.in(room)?.seen != null
  }

  hasAnnounced(breakout: string): boolean {
    return this.#alive && this.#announced.has(breakout)
  }

  #here(): Connection {
    if (!this.#connection?.alive) throw new Error('not connected')
    return this.#connection
  }

  #answered(promise: Promise<void>): Promise<void> {
    return this.#here().answered(promise)
  }

  async #attempt(what: string, act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      this.notes.push(`${new Date().toISOString()} ${what}: ${String(error).slice(0, 300)}`)
    }
  }
}
