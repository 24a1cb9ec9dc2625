// Steps that the tests with a failing disk share.
import assert from 'node:assert/strict'
import type { Running } from '../support/process.ts'
import { check } from './check.ts'
import type { Load } from './load.ts'

/** Sends until `enough`, then no more; what is under way is waited for. */
export async function loadUntil(load: Load, { url }: Running, enough: () => boolean): Promise<void> {
  const stop = new AbortController()
  const run = load.run(url, stop.signal).then(() => true)
  const deadline = Date.now() + 60_000
  while (!enough()) {
    const gone = await Promise.race([run, new Promise((resolve) => setTimeout(resolve, 5))])
    assert.notEqual(gone, true, 'the server is gone')
    assert.ok(Date.now() < deadline, `it never came: ${JSON.stringify(load.counts)}`)
  }
  stop.abort()
  await run
}

/** Everything answered 200 is there, once; nothing refused is there; nothing by half. */
export function holdsItsWord(file: string, load: Load): void {
  const { found, findings } = check(file, load)
  assert.deepEqual(findings.slice(0, 10), [])
  assert.ok(found > 0)
}

export async function status({ url }: Running, path: string): Promise<number> {
  const response = await fetch(`${url}${path}`)
  await response.text()
  return response.status
}

export async function kill({ child, exited }: Running): Promise<void> {
  child.kill('SIGKILL')
  await exited
}

/** Stops it as an operator does. */
export async function stop({ child, exited, output }: Running): Promise<void> {
  child.kill('SIGTERM')
  assert.equal(await exited, 0, output().slice(-2_000))
}
