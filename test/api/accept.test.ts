// Which of two forms a client is given.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prefers } from '../../src/api/accept.ts'

const CASES: [accept: string | undefined, stream: boolean][] = [
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['text/*', false],
  ['application/json', false],
  ['text/event-stream', true],
  ['Text/Event-Stream', true],
  ['text/event-stream, */*', true],
  ['text/html, text/event-stream;q=0.5', true],
  ['text/event-stream;q=0', false],
  ['text/event-stream; Q=0.9 , application/json;q=0.8', true],
  ['application/json, text/event-stream', false],
  ['text/event-stream;q=nonsense', false],
]

for (const [accept, stream] of CASES) {
  test(`Accept: ${accept ?? 'nothing'} gets ${stream ? 'a stream' : 'a page'}`, () => {
    assert.equal(prefers(accept, 'text/event-stream', 'application/json'), stream)
  })
}
