// Kills the server at random moments under full load, starts it again on the same file, and looks at what is there.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { serve, start, type Running } from '../support/process.ts'
import { check, type Finding } from './check.ts'
import { createLoad, type Load } from './load.ts'
import { Random } from '../support/random.ts'

/** `answered`: requests answered 200. `found`: the calls in them that are in the file; one that is not is a finding. */
export type Summary = { kills: number; answered: number; refused: number; found: number; findings: Finding[] }

export type CrashOptions = {
  kills: number
  seed: number
  /** Where the files go; those without findings are removed. */
  folder: string
  onKill?: (kills: number) => void
}

/** Kills of one file, one after another; then the next file begins, so that looking at all of it stays quick. */
export const KILLS_OF_A_FILE = 10

export async function crash({ kills, seed, folder, onKill = () => {} }: CrashOptions): Promise<Summary> {
  const total: Summary = { kills: 0, answered: 0, refused: 0, found: 0, findings: [] }
  mkdirSync(folder, { recursive: true })
  for (let life = 0; total.kills < kills; life += 1) {
    const file = join(folder, `${seed + life}.db`)
    const of = { kills: Math.min(KILLS_OF_A_FILE, kills - total.kills), seed: seed + life, file }
    const one = await oneLife(of, () => onKill((total.kills += 1)))
    total.answered += one.answered
    total.refused += one.refused
    total.found += one.found
    total.findings.push(...one.findings)
    if (one.findings.length > 0) return total
    for (const name of [file, `${file}.lock`]) rmSync(name, { force: true })
  }
  return total
}

/** Prints as a line for people; each finding has its own. */
export function describeSummary({ kills, answered, refused, found, findings }: Summary): string {
  const count = (kind: Finding['kind']) => findings.filter((one) => one.kind === kind).length
  const counts = [
    `${kills} kills`,
    `${answered} requests answered 200, ${refused} refused`,
    `${found} calls found`,
    `${count('missing')} missing`,
    `${count('doubled')} doubled`,
    `${count('half applied')} half applied`,
    `${count('refused, yet there')} refused, yet there`,
    `${count('wrong answer')} wrong answers`,
    `integrity ${count('damage') === 0 ? 'ok' : `broken in ${count('damage')} ways`}`,
  ]
  return counts.join(', ')
}

type Life = { kills: number; seed: number; file: string }

async function oneLife({ kills, seed, file }: Life, onKill: () => void): Promise<Omit<Summary, 'kills'>> {
  const random = new Random(seed)
  const load = createLoad({ seed })
  const findings: Finding[] = []
  let found = 0
  const look = () => {
    const seen = check(file, load)
    found = seen.found
    findings.push(...seen.findings)
  }
  const summary = () => ({ ...load.counts, found, findings })

  let server = await serve(environment(file))
  for (let kill = 0; kill < kills; kill += 1) {
    await killUnderLoad(server, load, random)
    // The next may die too while it still brings the file in order.
    if (random.chance(0.2)) await killWhileStarting(file, random)
    server = await serve(environment(file))
    onKill()
    look()
    if (findings.length > 0) return stopped(server, summary)
  }
  await load.finish(server.url)
  look()
  await stopped(server, summary)
  look()
  return summary()
}

async function killUnderLoad(server: Running, load: Load, random: Random): Promise<void> {
  const enough = load.counts.answered + random.below(1_500)
  const later = random.below(40)
  const stop = new AbortController()
  const run = load.run(server.url, stop.signal)
  const done = run.then(() => true)
  while (load.counts.answered < enough) {
    if (await Promise.race([done, wait(5)])) break
  }
  await wait(later)
  server.child.kill('SIGKILL')
  await server.exited
  stop.abort()
  await run
}

async function killWhileStarting(file: string, random: Random): Promise<void> {
  const child = start(['serve'], environment(file))
  const gone = new Promise((resolve) => child.once('close', resolve))
  await wait(random.below(1_200))
  child.kill('SIGKILL')
  await gone
}

async function stopped<T>(server: Running, then: () => T): Promise<T> {
  server.child.kill('SIGTERM')
  const code = await server.exited
  if (code !== 0) throw new Error(`it ended with ${code}: ${server.output().slice(-2_000)}`)
  return then()
}

function environment(file: string): Record<string, string> {
  return { ROLLCALL_DATABASE: file, ROLLCALL_PORT: '0' }
}

function wait(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms))
}
