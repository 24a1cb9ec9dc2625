// One seed from beginning to end: the plan, what became of it, and the verdict.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Actor } from './actor.ts'
import { compare, type Verdict } from './compare.ts'
import { readLedger } from './fold.ts'
import { plan, type PlanOptions } from './plan.ts'
import { quiet } from './quiet.ts'
import { Site } from './site.ts'
import { Truth } from './truth.ts'

export type Result = Verdict & {
  seed: number
  prosody: string
  seconds: number
  /** Where everything is, when something is wrong. */
  folder: string | null
}

/** How much longer than planned it may take, in ms, until all has happened. */
const PATIENCE = 90_000

export async function run(seed: number, options: PlanOptions): Promise<Result> {
  const started = Date.now()
  const planned = plan(seed, options)
  const truth = new Truth()
  const site = new Site(planned, truth, mkdtempSync(join(tmpdir(), `rollcall-chaos-${seed}-`)))
  const keep = (name: string, value: unknown) =>
    writeFileSync(join(site.folder, `${name}.json`), `${JSON.stringify(value, null, 1)}\n`)
  const crowd: Actor[] = []
  try {
    await site.start()
    for (const [who, person] of planned.people.entries()) {
      crowd.push(new Actor(who, person, site.prosody, truth, crowd))
    }
    await Promise.race([happen(site, crowd), tooLong(options.seconds * 1_000 + PATIENCE)])
    const restless = await quiet(site)
    const ledger = await readLedger(site.url)
    const verdict = compare(truth, ledger, planned.clock.prosody * 1_000)
    verdict.problems.push(...restless, ...site.notes)
    const bad = verdict.problems.length > 0
    if (bad || process.env['ROLLCALL_TEST_KEEP'] !== undefined) {
      keep('plan', planned)
      keep('truth', truth)
      keep('ledger', ledger)
      keep('notes', Object.fromEntries(crowd.map(({ jid, notes }) => [jid, notes])))
      writeFileSync(join(site.folder, 'problems.txt'), verdict.problems.join('\n'))
      site.writeLogs()
    }
    const { version } = site.prosody
    const seconds = (Date.now() - started) / 1_000
    await end(site, crowd)
    if (!bad && process.env['ROLLCALL_TEST_KEEP'] === undefined) rmSync(site.folder, { recursive: true })
    return { seed, prosody: version, seconds, folder: bad ? site.folder : null, ...verdict }
  } catch (error) {
    site.writeLogs()
    await end(site, crowd).catch(() => {})
    throw new Error(`seed ${seed} did not get to its end; its logs are in ${site.folder}`, { cause: error })
  }
}

async function happen(site: Site, crowd: Actor[]): Promise<void> {
  await Promise.all(crowd.map((actor) => actor.arrive()))
  const start = Date.now()
  await Promise.all([site.suffer(start), ...crowd.map((actor) => actor.perform(start))])
  await Promise.all(crowd.map((actor) => actor.arrive()))
}

async function tooLong(milliseconds: number): Promise<never> {
  await sleep(milliseconds, undefined, { ref: false })
  throw new Error(`the plan was not done within ${milliseconds} ms`)
}

async function end(site: Site, crowd: Actor[]): Promise<void> {
  await Promise.all(crowd.map((actor) => actor.retire()))
  await site.stop()
}
