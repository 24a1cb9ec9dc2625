// What the page says of connecting a Prosody, done as it says.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startServer } from '../support/server.ts'
import { noChromium, useBrowser } from '../web/browser.ts'
import { stepsFor, WAYS, type Way } from '../../web/src/connect/steps.ts'
import { startProsody } from './prosody.ts'
import { ClientRecord } from './record.ts'
import { connect } from './xmpp.ts'

const ROOT = join(import.meta.dirname, '../..')
const TOKENS = { ROLLCALL_INGEST_TOKEN: 'ingest-token', ROLLCALL_READ_TOKEN: 'read-token' }
/** Where the page has an administrator put the module; for a test that is in the folder of its Prosody. */
const ETC = '/etc/prosody'

describe('the first run, with a Prosody', { skip: noChromium }, () => {
  const browser = useBrowser()

  test('the lines for a plain Prosody connect it, and the page turns to its first meeting', async (t) => {
    const server = await startServer({ settings: TOKENS })
    const { page } = await browser.open(t, server.url)
    await page.getByLabel('Read or admin token').fill('read-token')
    await page.keyboard.press('Enter')
    await page.getByRole('tab', { name: 'Plain Prosody' }).click()
    const [commands = '', lines = '', restart] = await page
      .getByRole('tabpanel')
      .locator('pre')
      .allTextContents()
    assert.equal(restart, 'systemctl restart prosody')

    const prosody = await startProsody({
      url: server.url,
      components: (folder) => lines.replaceAll(ETC, folder).replace('…', 'ingest-token'),
      prepare(folder) {
        mkdirSync(join(folder, 'rollcall'))
        execFileSync('sh', ['-ec', commands.replaceAll(ETC, folder)], { cwd: join(ROOT, 'prosody') })
        chmodSync(join(folder, 'rollcall'), 0o755)
      },
    })
    const ann = await connect(prosody, new ClientRecord(), { name: 'ann' })
    t.after(async () => {
      await ann.close()
      await prosody.dispose()
      await server.stop()
    })
    await ann.join('daily@rooms.example.com', { nick: 'Ann' })
    await page.getByText('The first event is here.').waitFor()
    await page.locator('a.room').filter({ hasText: 'daily' }).click()
    await page.getByRole('list', { name: 'Who is in it' }).getByText('Ann').waitFor()
  })
})

describe('the lines of every tab', () => {
  const documented: Record<Way, string> = {
    debian: 'prosody/README.md',
    docker: 'prosody/README.md',
    plain: 'prosody/README.md',
    eventSync: 'docs/event-sync.md',
  }
  for (const way of WAYS) {
    test(`are those of ${documented[way]}: ${way}`, () => {
      const text = readFileSync(join(ROOT, documented[way]), 'utf8')
      const lines = stepsFor(way, way === 'docker' ? 'http://rollcall:8484' : 'http://127.0.0.1:8484', true)
        .flatMap(({ code }) => code.split('\n'))
        .map((line) => line.trim())
      for (const line of lines) assert.ok(text.includes(line), `not there: ${line}`)
    })
  }
})
