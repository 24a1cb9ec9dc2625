import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { attachment, decoded, fileName } from '../../src/export/file-name.ts'

test('a file is called after room and day, and after both days where there are two', () => {
  assert.equal(fileName('daily', ['2026-11-22', '2026-11-22'], 'csv'), 'attendance-daily-2026-11-22.csv')
  const course = fileName('Maths 7b', ['2026-11-22', '2026-12-20'], 'xlsx')
  assert.equal(course, 'attendance-Maths-7b-2026-11-22-2026-12-20.xlsx')
})

test("Jitsi's percent-encoded names are readable, and what does not decode stays as it is", () => {
  assert.equal(decoded('caf%C3%A9'), 'café')
  assert.equal(decoded('100%'), '100%')
})

test('a name that would command a terminal stays encoded', () => {
  assert.equal(decoded('a%1B%5D0;b%07'), 'a%1B%5D0;b%07')
  assert.equal(decoded('a%0D%0A=1'), 'a%0D%0A=1')
})

test('nothing in a name leads elsewhere, and it fits any file system and header', () => {
  assert.equal(fileName('../../etc/passwd', ['d'], 'csv'), 'attendance-etc-passwd-d.csv')
  assert.equal(fileName('"; rm -rf / \r\nX: y', ['d'], 'csv'), 'attendance-rm-rf-X-y-d.csv')
  assert.equal(fileName('🦊', ['d'], 'csv'), 'attendance-room-d.csv')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (room) => {
      const name = fileName(room, ['2026-11-22', '2026-12-20'], 'xlsx')
      assert.match(name, /^attendance-[\p{L}\p{M}\p{N}._-]+-2026-11-22-2026-12-20\.xlsx$/u)
      assert.ok(Buffer.byteLength(name) <= 255)
      assert.match(attachment(name), /^[\x20-\x7e]+$/)
      assert.equal(decodeURIComponent(attachment(name).split("UTF-8''")[1] ?? ''), name)
    }),
  )
})
