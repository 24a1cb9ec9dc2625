// Runs the contract vectors: each case against the built app over HTTP, on a database of its own.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { temporaryFolder } from './support/folder.ts'
import { exchange } from './support/http.ts'
import { startServer } from './support/server.ts'
import { parseAnswers, parseVectors, VectorFile, type Case } from './support/vector-format.ts'
import { complaints, requestOf } from './support/vector-steps.ts'

// Each case starts a server, hence threads: 280 ms of CPU without the cache, 160 ms with it.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'rollcall-compile-cache')

const directory = new URL('./vectors/', import.meta.url)
const beginning = Date.parse('2026-01-01T00:00:00.000Z')
const read = (name: string) => readFileSync(new URL(name, directory), 'utf8')
const answers = parseAnswers(read('answers.json'))
const files = readdirSync(directory)
  .filter((name) => name.endsWith('.json') && name !== 'answers.json' && name !== 'schema.json')
  .toSorted()

for (const name of files) {
  const file = parseVectors(read(name), answers)
  describe(`${file.title} (${name})`, { concurrency: 4 }, () => {
    for (const one of file.cases) test(one.title, (t) => run(t, one, { ...file.settings, ...one.settings }))
  })
}

async function run(t: TestContext, one: Case, settings: Record<string, string>): Promise<void> {
  let clock = beginning
  const now = () => clock
  const options = { settings, now, databasePath: join(temporaryFolder(t), 'rollcall.db') }
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

describe('the runner of the vectors', () => {
  const request = { method: 'GET', path: '/', expect: { status: 200 } }
  const fileOf = (step: object, more: object = {}) =>
    JSON.stringify({ title: 'a file', about: '', cases: [{ title: 'a case', steps: [step], ...more }] })
  const refused: [string, string][] = [
    ['an unknown key in a step', fileOf({ ...request, boddy: {} })],
    ['an unknown key in an expectation', fileOf({ ...request, expect: { status: 200, bodytext: 'x' } })],
    ['an unknown key in a case', fileOf(request, { step: [] })],
    ['a step without an expectation', fileOf({ method: 'GET', path: '/' })],
    ['a step that expects nothing', fileOf({ ...request, expect: {} })],
    ['an answer that is not in the table', fileOf({ ...request, expect: { answer: 'room-made' } })],
    ['a word that is not in the table', fileOf({ ...request, expect: 'room-made' })],
    ['a given that is not defined', fileOf(request, { given: ['a room'] })],
    ['two bodies in a request', fileOf({ ...request, body: {}, rawBody: '{}' })],
    ['each without a place for its values', fileOf({ ...request, each: [1] })],
    ['a place for values without each', fileOf({ ...request, body: { a: { $each: true } } })],
    ['a case without steps', fileOf(request, { steps: [] })],
  ]
  for (const [title, json] of refused) {
    test(`refuses ${title}`, () => assert.throws(() => parseVectors(json, answers)))
  }

  test('accepts a file that says all it must', () => {
    assert.equal(parseVectors(fileOf(request), answers).cases.length, 1)
  })

  test('refuses a helper it does not know', () => {
    assert.throws(() => requestOf({ ...request, body: { a: { $repaet: ['a', 2] } } }))
  })

  test('writes a step with each out once for every value', () => {
    const step = { ...request, each: ['a', 'b'], path: { $concat: ['/', { $each: true }] } }
    const steps = parseVectors(fileOf(step), answers).cases.flatMap((one) => one.steps)
    const paths = steps.map((one) => ('path' in one ? requestOf(one).path.toString() : ''))
    assert.deepEqual(paths, ['/a', '/b'])
  })

  test('notices an answer that differs in any way it can be told to look at', () => {
    const got = { status: 200, headers: { 'x-one': 'a b' }, body: '{"a":1,"b":[{"c":null}]}' }
    const wrongs = [
      { status: 201 },
      { bodyText: '{"a":1}' },
      { body: { a: 1 } },
      { match: { a: 2 } },
      { match: { d: null } },
      { match: { b: [] } },
      { match: { b: [{ c: 0 }] } },
      { match: { b: [{ $exactly: {} }] } },
      { match: { b: { $unordered: [{ c: null }, { c: null }] } } },
      { bodyKeys: ['a'] },
      { headers: { 'X-One': 'a' } },
      { headerContains: { 'X-One': ['a', 'c'] } },
      { headerLacks: { 'X-One': ['b'] } },
      { headerPresent: ['X-Two'] },
      { headerAbsent: ['X-One'] },
    ]
    for (const expect of wrongs) {
      assert.equal(complaints({ ...request, expect }, answers, got).length, 1, JSON.stringify(expect))
    }
    const right = { status: 200, bodyKeys: ['b', 'a'], match: { b: { $unordered: [{ c: null }] } } }
    assert.deepEqual(complaints({ ...request, expect: right }, answers, got), [])
  })

  test('has a schema that says what the code accepts', () => {
    assert.deepEqual(JSON.parse(read('schema.json')), JSON.parse(JSON.stringify(VectorFile)))
  })
})
