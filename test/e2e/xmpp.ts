// People of a scenario: XMPP clients over WebSocket or TCP that write down what they do and see.
import { client, xml } from '@xmpp/client'
import { startProxy, type Proxy } from './proxy.ts'
import { DOMAIN, type Prosody } from './prosody.ts'
import type { ClientRecord, Role } from './record.ts'
import { until } from './until.ts'

export type Details = { nick?: string; email?: string; avatar?: string }

export type PersonOptions = {
  name: string
  resource?: string
  domain?: string
  transport?: 'websocket' | 'tcp'
  /** Is shown every stanza first. */
  onStanza?: (stanza: Stanza) => void
  /** The connection has ended, whoever ended it, and nothing more comes. */
  onEnd?: () => void
}

type Xmpp = ReturnType<typeof client>
type Stanza = Parameters<Xmpp['send']>[0]
type Stay = { nick: string; role: Role; details: Details; leaving?: { reason: string; asked: number } }
type Waiting = { asked: number; resolve: () => void; reject: (error: Error) => void }

const MUC = 'http://jabber.org/protocol/muc'
const NICK = 'http://jabber.org/protocol/nick'
const REASONS: Record<string, string> = { 301: 'banned', 307: 'kicked' }

/** Connects someone; the record is shared by all of a scenario. */
export async function connect(
  prosody: Pick<Prosody, 'tcpPort' | 'httpPort'>,
  record: ClientRecord,
  options: PersonOptions,
): Promise<Person> {
  const { name, resource = 'home', domain = DOMAIN, transport = 'websocket' } = options
  const overTcp = transport === 'tcp'
  // Everyone has a proxy of their own, so that a connection can be cut like a cable.
  const proxy = await startProxy(overTcp ? prosody.tcpPort : prosody.httpPort)
  const xmpp = client({
    service: overTcp ? `xmpp://127.0.0.1:${proxy.port}` : `ws://127.0.0.1:${proxy.port}/xmpp-websocket`,
    domain,
    resource,
    credentials: async (authenticate) => {
      await authenticate({ username: name, password: 'any' }, 'PLAIN', xml('user-agent'))
    },
  })
  xmpp.reconnect.stop()
  xmpp.timeout = 20_000
  xmpp.on('error', () => {})
  const ended = new Promise<never>((_, reject) => {
    xmpp.on('disconnect', () => {
      options.onEnd?.()
      reject(new Error(`the connection of ${name} has ended`))
    })
  })
  ended.catch(() => {})
  try {
    const address = await Promise.race([xmpp.start(), ended])
    if (options.onStanza) xmpp.on('stanza', options.onStanza)
    return new Person(xmpp, proxy, record, address.toString(), transport)
  } catch (error) {
    await proxy.stop()
    throw error
  }
}

export class Person {
  readonly jid: string
  readonly #xmpp: Xmpp
  readonly #proxy: Proxy
  readonly #record: ClientRecord
  readonly #transport: string
  readonly #stays = new Map<string, Stay>()
  readonly #waiting = new Map<string, Waiting>()

  constructor(xmpp: Xmpp, proxy: Proxy, record: ClientRecord, jid: string, transport: string) {
    this.jid = jid
    this.#xmpp = xmpp
    this.#proxy = proxy
    this.#record = record
    this.#transport = transport
    xmpp.on('stanza', (stanza) => this.#receive(stanza))
  }

  /** Joins, and resolves once the room has said so. `nick` is the name in the room's JIDs. */
  async join(room: string, details: Details = {}, nick = this.jid.replace(/[@/]/g, '-')): Promise<void> {
    this.#stays.set(room, { nick, role: 'participant', details })
    await this.#asking(`join ${room}`, () => this.#sendPresence(room, [xml('x', { xmlns: MUC })]))
  }

  /** Changes nick, email or avatar. */
  async change(room: string, details: Details): Promise<void> {
    const stay = this.#stay(room)
    const { avatar: _, ...told } = details
    const before = stay.details
    stay.details = { ...before, ...details }
    const asked = Date.now()
    await this.#asking(`change ${room}`, () => this.#sendPresence(room))
    const changed = Object.fromEntries(
      Object.entries(told).filter(([field, value]) => before[field as keyof Details] !== value),
    )
    if (Object.keys(changed).length > 0) this.#record.updated(room, this.jid, changed, asked, Date.now())
  }

  /** Takes another name in the room's JIDs, with or without joining anew. */
  async rename(room: string, nick: string, options: { muc: boolean }): Promise<void> {
    const stay = this.#stay(room)
    stay.nick = nick
    const asked = Date.now()
    const extra = options.muc ? [xml('x', { xmlns: MUC })] : []
    await this.#asking(`change ${room}`, () => this.#sendPresence(room, extra))
    if (stay.details.nick === undefined) this.#record.updated(room, this.jid, { nick }, asked, Date.now())
  }

  /** Leaves politely. `status` is what Jitsi's client says when it moves on: "switch_room". */
  async leave(room: string, status?: string): Promise<void> {
    const stay = this.#stay(room)
    stay.leaving = { reason: status === 'switch_room' ? 'switched' : 'left', asked: Date.now() }
    await this.#asking(`leave ${room}`, () =>
      this.#xmpp.send(
        xml(
          'presence',
          { to: `${room}/${stay.nick}`, type: 'unavailable' },
          ...(status === undefined ? [] : [xml('status', {}, status)]),
        ),
      ),
    )
  }

  kick(room: string, nick: string): Promise<void> {
    return this.#administer(room, xml('item', { nick, role: 'none' }))
  }

  grant(room: string, jid: string, affiliation: string): Promise<void> {
    return this.#administer(room, xml('item', { jid: jid.split('/', 1)[0], affiliation }))
  }

  setRole(room: string, nick: string, role: string): Promise<void> {
    return this.#administer(room, xml('item', { nick, role }))
  }

  /** Submits some fields of the room's configuration. */
  async configure(room: string, fields: Record<string, string>): Promise<void> {
    const form = { FORM_TYPE: `${MUC}#roomconfig`, ...fields }
    const x = xml(
      'x',
      { xmlns: 'jabber:x:data', type: 'submit' },
      ...Object.entries(form).map(([name, value]) => xml('field', { var: name }, xml('value', {}, value))),
    )
    const query = xml('query', { xmlns: `${MUC}#owner` }, x)
    await this.#xmpp.iqCaller.request(xml('iq', { type: 'set', to: room }, query), 15_000)
  }

  /** A message to a room, for the fixtures. */
  tell(room: string, name: string, attributes: Record<string, string> = {}): Promise<void> {
    const child = xml(name, { xmlns: 'urn:rollcall:fixture', ...attributes })
    return this.#xmpp.send(xml('message', { to: room, type: 'normal' }, child))
  }

  /** The name in the room's JIDs. */
  nickIn(room: string): string {
    return this.#stay(room).nick
  }

  /** Waits until the room shows this person in this role. */
  async waitForRole(room: string, role: Role): Promise<void> {
    await until(`${this.jid} is ${role}`, () => this.#stays.get(room)?.role === role)
  }

  /** Waits until the room has put this person out. */
  async waitForRemoval(room: string): Promise<void> {
    await until(`${this.jid} is out of ${room}`, () => !this.#stays.has(room))
  }

  /** The cable is pulled: no unavailable presence, no closing of the stream. */
  async drop(): Promise<void> {
    const asked = Date.now()
    for (const room of this.#stays.keys()) this.#record.left(room, this.jid, 'disconnected', asked, asked)
    this.#stays.clear()
    this.#proxy.cut()
    await this.#proxy.stop()
  }

  /** Ends the connection without writing anything down: for the end of a test. */
  async close(): Promise<void> {
    this.#stays.clear()
    await this.#proxy.stop()
  }

  #stay(room: string): Stay {
    const stay = this.#stays.get(room)
    if (!stay) throw new Error(`${this.jid} is not in ${room}`)
    return stay
  }

  #sendPresence(room: string, extra: Stanza[] = []): Promise<void> {
    const { nick, details } = this.#stay(room)
    const children = [
      ...extra,
      ...(details.nick === undefined ? [] : [xml('nick', { xmlns: NICK }, details.nick)]),
      ...(details.email === undefined ? [] : [xml('email', {}, details.email)]),
      ...(details.avatar === undefined ? [] : [xml('avatar-url', {}, details.avatar)]),
    ]
    return this.#xmpp.send(xml('presence', { to: `${room}/${nick}` }, ...children))
  }

  async #administer(room: string, item: Stanza): Promise<void> {
    const query = xml('query', { xmlns: `${MUC}#admin` }, item)
    await this.#xmpp.iqCaller.request(xml('iq', { type: 'set', to: room }, query), 15_000)
  }

  async #asking(what: string, send: () => Promise<void>): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.jid} got no answer: ${what}`)), 15_000)
      this.#waiting.set(what, {
        asked: Date.now(),
        resolve: () => (clearTimeout(timer), resolve()),
        reject: (error) => (clearTimeout(timer), reject(error)),
      })
    })
    done.catch(() => {}) // when sending fails, nobody waits for it any more
    await send()
    await done
  }

  #receive(stanza: Stanza): void {
    const from = String(stanza.attrs['from'] ?? '')
    const room = from.split('/', 1)[0] ?? ''
    const stay = this.#stays.get(room)
    if (!stay || !stanza.is('presence')) return
    if (stanza.attrs['type'] === 'error') {
      this.#waiting.get(`join ${room}`)?.reject(new Error(`refused: ${stanza.toString()}`))
      return
    }
    const x = stanza.getChild('x', `${MUC}#user`)
    const codes = x?.getChildren('status').map((status) => String(status.attrs['code'])) ?? []
    if (!codes.includes('110')) {
      const other = x?.getChild('item')?.attrs['jid']
      if (stanza.attrs['type'] === 'unavailable') this.#record.noticed(room, String(other))
      return
    }
    if (codes.includes('303')) return
    if (stanza.attrs['type'] === 'unavailable') {
      this.#removed(room, stay, codes, x?.getChild('destroy') !== undefined)
    } else {
      this.#shown(
        room,
        stay,
        x?.getChild('item')?.attrs['role'] === 'moderator' ? 'moderator' : 'participant',
      )
    }
  }

  #removed(room: string, stay: Stay, codes: string[], destroyed: boolean): void {
    const seen = Date.now()
    this.#stays.delete(room)
    const put = codes.map((code) => REASONS[code]).find((reason) => reason !== undefined)
    const reason = stay.leaving?.reason ?? put ?? (destroyed ? 'room-ended' : 'left')
    this.#record.left(room, this.jid, reason, stay.leaving?.asked ?? seen, seen)
    this.#settle(`leave ${room}`)
  }

  #shown(room: string, stay: Stay, role: Role): void {
    const seen = Date.now()
    const joining = this.#waiting.get(`join ${room}`)
    if (joining) {
      const { nick = stay.nick, email = null, avatar = null } = stay.details
      const userAgent = this.#transport === 'websocket' ? 'node' : null
      const who = { nick, role, email, avatar, userAgent, ip: '127.0.0.1', userId: null }
      this.#record.joined(room, this.jid, who, joining.asked, seen)
      stay.role = role
      this.#settle(`join ${room}`)
    } else if (role !== stay.role) {
      stay.role = role
      this.#record.updated(room, this.jid, { role }, seen, seen)
    }
    this.#settle(`change ${room}`)
  }

  #settle(what: string): void {
    this.#waiting.get(what)?.resolve()
    this.#waiting.delete(what)
  }
}
