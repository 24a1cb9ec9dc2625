// Reading an event stream.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createParser } from '../../web/src/sse.ts'

const STREAM =
  'retry: 2000\nid: 7\nevent: start\ndata: {"seq":7}\n\n: a comment\nid: 8\nevent: room.created\ndata: {"a":\ndata: 1}\n\nid: 9\n\n'

describe('an event stream', () => {
  test('is read the same however it is cut into pieces', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 20 }), (cuts) => {
        const parser = createParser()
        const places = [0, ...cuts.toSorted((one, other) => one - other), STREAM.length]
        const messages = places.flatMap((from, index) =>
          parser.read(STREAM.slice(from, places[index + 1] ?? from)),
        )
        assert.deepEqual(messages, [
          { event: 'start', data: '{"seq":7}', id: '7' },
          { event: 'room.created', data: '{"a":\n1}', id: '8' },
        ])
        assert.equal(parser.lastId(), '9')
      }),
    ))

  test('may end its lines as it likes', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const parser = createParser()
      assert.deepEqual(parser.read(`data:x${end}${end}:${end}`), [{ event: 'message', data: 'x', id: '' }])
    }
  })
})
