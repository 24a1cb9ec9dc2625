// A client's connection, from its login until it breaks or is cut.
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type Person as Client, type PersonOptions } from '../e2e/xmpp.ts'
import { Diary } from './diary.ts'
import type { Truth } from './truth.ts'

export type Ports = { tcpPort: number; httpPort: number }

/** What is not answered after these ms stays uncertain, and the next step is taken. */
const PATIENCE = 4_000

export class Connection {
  client!: Client
  readonly diary: Diary
  alive = true
  readonly #ended = Promise.withResolvers<never>()

  private constructor(truth: Truth) {
    this.diary = new Diary(truth)
    this.#ended.promise.catch(() => {})
  }

  /** Rejects when Prosody does not let it in. */
  static async open(ports: Ports, truth: Truth, who: PersonOptions): Promise<Connection> {
    const connection = new Connection(truth)
    const { diary } = connection
    connection.client = await connect(ports, diary, {
      ...who,
      onStanza(stanza) {
        const id = stanza.getChild('meeting', 'urn:rollcall:fixture')?.attrs['id']
        const stay = diary.in(String(stanza.attrs['from']))
        if (stay && id !== undefined) stay.meeting = String(id)
      },
      onEnd() {
        connection.alive = false
        diary.broke()
        connection.#ended.reject(new Error('the connection has ended'))
      },
    })
    diary.enter()
    return connection
  }

  /** The same, but rejects when the connection ends before or the answer does not come. */
  answered<T>(promise: Promise<T>): Promise<T> {
    const late = sleep(PATIENCE, undefined, { ref: false }).then(() => {
      throw new Error('no answer')
    })
    return Promise.race([promise, this.#ended.promise, late])
  }
}
