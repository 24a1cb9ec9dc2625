// Server-Sent Events are read as the HTML standard says (html.spec.whatwg.org, 9.2.6).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EventStream } from '../../src/client/sse.ts'

/** What is read where this text comes in one piece. */
function read(text: string) {
  const stream = new EventStream()
  const messages = stream.push(text)
  return { messages, lastEventId: stream.lastEventId, retry: stream.retry }
}

const data = (text: string) => ({ event: 'message', data: text })

test('a message ends with an empty line, whatever ends the lines', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const text = ['data: one', 'data: two', '', 'event: room.created', 'data: three', '', ''].join(end)
    assert.deepEqual(read(text).messages, [data('one\ntwo'), { event: 'room.created', data: 'three' }])
  }
})

test('a CR ends a line at once, without waiting for what follows it', () => {
  assert.deepEqual(read('data: one\r\r').messages, [data('one')])
})

test('one space after the colon belongs to neither side, and a field may be without a colon', () => {
  assert.deepEqual(read('data:one\ndata:  two\ndata\n\n').messages, [data('one\n two\n')])
})

test('comments and unknown fields are passed over', () => {
  assert.deepEqual(read(': heartbeat\nfoo: bar\n Data: no\ndata: yes\n\n').messages, [data('yes')])
})

test('a message without data is none, but its id counts', () => {
  const { messages, lastEventId } = read('id: 7\nevent: mark\n\n')
  assert.deepEqual({ messages, lastEventId }, { messages: [], lastEventId: '7' })
  assert.deepEqual(read('event: mark\n\ndata: next\n\n').messages, [data('next')])
})

test('an id counts when its message is complete, and stays until another comes', () => {
  assert.equal(read('id: 7\ndata: one').lastEventId, '')
  assert.equal(read('id: 7\ndata: one\n\ndata: two\n\n').lastEventId, '7')
  assert.equal(read('id: 7\ndata: one\n\nid\ndata: two\n\n').lastEventId, '')
  assert.equal(read('id: 7\n\nid: 8\0\n\n').lastEventId, '7')
})

test('retry is a number of digits or nothing', () => {
  assert.equal(read('retry: 2500\n').retry, 2_500)
  assert.equal(read('retry: 2.5s\n').retry, undefined)
  assert.equal(read('retry:\n').retry, undefined)
})

test('what is incomplete at the end is forgotten by the connection that follows', () => {
  const stream = new EventStream()
  stream.push('retry: 10\nid: 7\n\nid: 8\ndata: half')
  const next = stream.resumed()
  assert.deepEqual(next.push('data: whole\n\n'), [data('whole')])
  assert.deepEqual([next.lastEventId, next.retry], ['7', 10])
})

test('where the text is cut changes nothing', () => {
  const piece = fc.constantFrom(
    'data',
    'id',
    'event',
    'retry',
    ':',
    ' ',
    '1',
    'x',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
  )
  const pieces = fc.array(fc.tuple(piece, fc.boolean()), { maxLength: 60 })
  fc.assert(
    fc.property(pieces, (parts) => {
      const stream = new EventStream()
      let waiting = ''
      const messages = parts.flatMap(([part, cut]) => {
        waiting += part
        if (!cut) return []
        // In the middle of a CRLF too.
        const given = stream.push(waiting.slice(0, -1))
        waiting = waiting.slice(-1)
        return given
      })
      messages.push(...stream.push(waiting))
      const whole = read(parts.map(([part]) => part).join(''))
      assert.deepEqual({ messages, lastEventId: stream.lastEventId, retry: stream.retry }, whole)
    }),
    { numRuns: 2_000 },
  )
})
