// Runs the contract vectors: each case against the built app over HTTP, on a database of its own.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { exchange } from './http.ts'
import { startServer } from './server.ts'
import { parseAnswers, parseVectors, type Case } from './vector-format.ts'
import { complaints, requestOf } from './vector-steps.ts'

/** Settings that name a fresh database for one case. */
export type FreshDatabase = (t: TestContext) => Record<string, string>

// Each case starts a server, hence threads: 280 ms of CPU without the cache, 160 ms with it.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'rollcall-compile-cache')

const directory = new URL('../vectors/', import.meta.url)
const beginning = Date.parse('2026-01-01T00:00:00.000Z')
const read = (name: string) => readFileSync(new URL(name, directory), 'utf8')
const answers = parseAnswers(read('answers.json'))
const files = readdirSync(directory)
  .filter((name) => name.endsWith('.json') && name !== 'answers.json' && name !== 'schema.json')
  .toSorted()

export function runVectors(fresh: FreshDatabase): void {
  for (const name of files) {
    const file = parseVectors(read(name), answers)
    describe(`${file.title} (${name})`, { concurrency: 4 }, () => {
      for (const one of file.cases) {
        test(one.title, (t) => run(one, { ...file.settings, ...one.settings, ...fresh(t) }))
      }
    })
  }
}

async function run(one: Case, settings: Record<string, string>): Promise<void> {
  let clock = beginning
  const options = { settings, now: () => clock }
  let server = await startServer(options)
  try {
    for (const [index, step] of one.steps.entries()) {
      if ('restart' in step) {
        await server.stop()
        server = await startServer(options)
        continue
      }
      if (step.clock !== undefined) clock = Date.parse(step.clock)
      const answer = await exchange(new URL(server.url), requestOf(step))
      const wrong = complaints(step, answers, answer)
      if (wrong.length > 0) assert.fail([`step ${index + 1}: ${told(step)}`, ...wrong].join('\n  '))
    }
  } finally {
    await server.stop()
  }
}

function told(step: object): string {
  return JSON.stringify({ ...step, expect: undefined }).slice(0, 400)
}
