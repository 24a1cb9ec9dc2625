// The contract vectors on SQLite, and what their format refuses.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryFolder } from './support/folder.ts'
import { parseAnswers, parseVectors, VectorFile } from './support/vector-format.ts'
import { complaints, requestOf } from './support/vector-steps.ts'
import { runVectors } from './support/vectors.ts'

const directory = new URL('./vectors/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, directory), 'utf8')
const answers = parseAnswers(read('answers.json'))

runVectors((t) => ({ ROLLCALL_DATABASE: join(temporaryFolder(t), 'rollcall.db') }))

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
