// A test file's site (Rollcall, a proxy, Prosody) and its scenarios, cleaned up whatever happens.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { startServer, type ServerOptions, type TestServer } from '../support/server.ts'
import { startProsody, type Prosody, type ProsodyOptions } from './prosody.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { ClientRecord } from './record.ts'
import { connect, type Person, type PersonOptions } from './xmpp.ts'

export type Site = { server: TestServer; proxy: Proxy; prosody: Prosody }

export type Scenario = Site & {
  t: TestContext
  record: ClientRecord
  /** Where the ledger is read. */
  url: string
  connect(options: PersonOptions): Promise<Person>
  /** Does something that the ledger should know nothing of. */
  unrecorded(body: () => Promise<void>): Promise<void>
}

/** Starts the server, a proxy before it, and a Prosody that reports through the proxy; once for a file. */
export function site(options: { prosody?: Partial<ProsodyOptions>; server?: ServerOptions } = {}): Site {
  const here = {} as Site
  let folder = ''
  before(async () => {
    // Not the server's own folder: a scenario may start it again on the same database.
    folder = mkdtempSync(join(tmpdir(), 'rollcall-e2e-'))
    here.server = await startServer({ databasePath: join(folder, 'rollcall.db'), ...options.server })
    here.proxy = await startProxy(here.server.port)
    here.prosody = await startProsody({ url: here.proxy.url, ...options.prosody })
  })
  after(async () => {
    await here.prosody?.dispose()
    await here.proxy?.stop()
    await here.server?.stop()
    rmSync(folder, { recursive: true })
  })
  return here
}

export function scenario(name: string, here: Site, body: (scenario: Scenario) => Promise<void>): void {
  test(name, { timeout: 60_000 }, async (t) => {
    const people: Person[] = []
    const record = new ClientRecord()
    try {
      await body({
        ...here,
        t,
        record,
        url: here.server.url,
        unrecorded: (unrecorded) => record.pause(unrecorded),
        async connect(who) {
          const person = await connect(here.prosody, record, who)
          people.push(person)
          return person
        },
      })
    } catch (error) {
      t.diagnostic(here.prosody.log().split('\n').slice(-60).join('\n'))
      throw error
    } finally {
      await Promise.all(people.map((person) => person.close()))
    }
  })
}
