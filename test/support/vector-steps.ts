// Turns a step of a vector into a request, and an answer into the list of what is wrong with it.
import { isDeepStrictEqual } from 'node:util'
import type { RawAnswer, RawRequest } from './http.ts'
import { expectationOf, type Answers, type Expectation, type RequestStep } from './vector-format.ts'

const helpers = new Set(['$repeat', '$concat', '$exactly', '$unordered'])

/** The request of a step, its helpers written out. JSON is the content type of a body unless told otherwise. */
export function requestOf(step: RequestStep): RawRequest {
  const body = bodyOf(step)
  const headers: Record<string, string> = body ? { 'content-type': 'application/json' } : {}
  for (const [name, value] of Object.entries(step.headers ?? {})) {
    if (value === null) delete headers[name.toLowerCase()]
    else headers[name.toLowerCase()] = textOf(value)
  }
  const path =
    step.pathBase64 === undefined
      ? Buffer.from(textOf(step.path))
      : Buffer.from(textOf(step.pathBase64), 'base64')
  return { method: textOf(step.method), path, headers, body, chunked: step.chunked }
}

/** What differs from the expectation, one sentence each; empty when all is well. */
export function complaints(step: RequestStep, answers: Answers, got: RawAnswer): string[] {
  const { answer, ...own } = expectationOf(step)
  const named = answer === undefined ? [] : complaintsAbout(answers[answer] ?? {}, got)
  return [...named, ...complaintsAbout(own, got)]
}

function complaintsAbout(expect: Expectation, got: RawAnswer): string[] {
  const wrong: string[] = []
  const say = (what: string, expected: unknown, actual: unknown) =>
    wrong.push(`${what}: expected ${shown(expected)}, got ${shown(actual)}`)
  if (expect.status !== undefined && expect.status !== got.status) say('status', expect.status, got.status)
  if (expect.bodyText !== undefined && textOf(expect.bodyText) !== got.body) {
    say('body text', textOf(expect.bodyText), got.body)
  }
  const json = jsonOf(got.body)
  if ('body' in expect && !isDeepStrictEqual(expanded(expect.body), json)) say('body', expect.body, json)
  if ('match' in expect) wrong.push(...mismatches(expanded(expect.match), json, 'body'))
  if (expect.bodyKeys && !isDeepStrictEqual(expect.bodyKeys.toSorted(), keysOf(json))) {
    say('keys of the body', expect.bodyKeys, keysOf(json))
  }
  return [...wrong, ...headerComplaints(expect, got)]
}

function headerComplaints(expect: Expectation, got: RawAnswer): string[] {
  const wrong: string[] = []
  const header = (name: string) => got.headers[name.toLowerCase()]
  for (const [name, value] of Object.entries(expect.headers ?? {})) {
    if (header(name) !== value) wrong.push(`header ${name}: expected ${value}, got ${header(name)}`)
  }
  for (const name of expect.headerPresent ?? []) {
    if (!header(name)) wrong.push(`header ${name} is missing`)
  }
  for (const name of expect.headerAbsent ?? []) {
    if (header(name) !== undefined) wrong.push(`header ${name} should not be there: ${header(name)}`)
  }
  for (const [name, texts] of Object.entries(expect.headerContains ?? {})) {
    const lacking = texts.filter((text) => !header(name)?.includes(text))
    if (lacking.length > 0) wrong.push(`header ${name} lacks ${lacking.join(', ')}: ${header(name)}`)
  }
  for (const [name, texts] of Object.entries(expect.headerLacks ?? {})) {
    const found = texts.filter((text) => header(name)?.includes(text))
    if (found.length > 0) wrong.push(`header ${name} should not contain ${found.join(', ')}: ${header(name)}`)
  }
  return wrong
}

/** Objects match when every expected key does; arrays when every element does, in order. */
function mismatches(expected: unknown, actual: unknown, at: string): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [`${at}: expected a list, got ${shown(actual)}`]
    const lengths = `${at}: expected ${expected.length} elements, got ${actual.length}: ${shown(actual)}`
    if (expected.length !== actual.length) return [lengths]
    return expected.flatMap((one, index) => mismatches(one, actual[index], `${at}[${index}]`))
  }
  if (!isObject(expected)) {
    return isDeepStrictEqual(expected, actual)
      ? []
      : [`${at}: expected ${shown(expected)}, got ${shown(actual)}`]
  }
  if ('$exactly' in expected) {
    const same = isDeepStrictEqual(expected['$exactly'], actual)
    return same ? [] : [`${at}: expected exactly ${shown(expected['$exactly'])}, got ${shown(actual)}`]
  }
  if ('$unordered' in expected) return unordered(expected['$unordered'], actual, at)
  if (!isObject(actual)) return [`${at}: expected an object, got ${shown(actual)}`]
  return Object.entries(expected).flatMap(([key, one]) =>
    key in actual ? mismatches(one, actual[key], `${at}.${key}`) : [`${at}.${key} is missing`],
  )
}

function unordered(expected: unknown, actual: unknown, at: string): string[] {
  if (!Array.isArray(expected) || !Array.isArray(actual)) return [`${at}: expected a list`]
  const rest: unknown[] = [...actual]
  const missing = expected.filter((one) => {
    const found = rest.findIndex((other) => mismatches(one, other, at).length === 0)
    if (found >= 0) rest.splice(found, 1)
    return found < 0
  })
  return missing.length + rest.length === 0
    ? []
    : [`${at}: without a match ${shown(missing)}, not expected ${shown(rest)}`]
}

function bodyOf(step: RequestStep): Buffer | undefined {
  if (step.rawBodyBase64 !== undefined) return Buffer.from(textOf(step.rawBodyBase64), 'base64')
  if (step.rawBody !== undefined) return Buffer.from(textOf(step.rawBody))
  return 'body' in step ? Buffer.from(JSON.stringify(expanded(step.body))) : undefined
}

function textOf(value: unknown): string {
  const text = expanded(value)
  if (typeof text !== 'string') throw new Error(`not a text: ${shown(value)}`)
  return text
}

/** Writes out $repeat and $concat, wherever they stand. */
function expanded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expanded)
  if (!isObject(value)) return value
  const unknown = Object.keys(value).find((key) => key.startsWith('$') && !helpers.has(key))
  if (unknown !== undefined) throw new Error(`no helper is called ${unknown}`)
  const { $repeat: repeat, $concat: concat } = value
  if (Array.isArray(repeat)) return String(repeat[0]).repeat(Number(repeat[1]))
  if (Array.isArray(concat)) return concat.map(textOf).join('')
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, expanded(one)]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function keysOf(json: unknown): string[] {
  return isObject(json) ? Object.keys(json).toSorted() : []
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 600)
}
