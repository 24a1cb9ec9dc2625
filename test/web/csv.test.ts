// Files that the page makes by itself: the same rules as the server's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csv } from '../../web/src/csv.ts'

test('fields are quoted where they have to be, and lines end as RFC 4180 wants it', () => {
  const rows = [
    ['Room', 'People'],
    ['a, "b"', 2],
    ['two\nlines', null],
  ]
  assert.equal(csv(rows), '\uFEFFRoom,People\r\n"a, ""b""",2\r\n"two\nlines",\r\n')
})

test('no program runs what somebody called a room', () => {
  const names = ['=1+1', '+1', '-1', '@sum', ' =1', '＝1', '\t=1', 'a=1']
  const written = csv(names.map((name) => [name]))
    .slice(1)
    .split('\r\n')
  assert.deepEqual(written, ["'=1+1", "'+1", "'-1", "'@sum", "' =1", "'＝1", "'\t=1", 'a=1', ''])
  assert.equal(csv([[-1]]), '\uFEFF-1\r\n', 'a number is a number')
})
