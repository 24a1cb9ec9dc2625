import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockText, createZone } from '../../src/export/zone.ts'

const berlin = createZone('Europe/Berlin')

test('a clock shows summer and winter time', () => {
  const shown = (time: string) => clockText(berlin.clock(Date.parse(time)))
  assert.equal(shown('2026-11-22T09:00:00.999Z'), '2026-11-22 10:00:00')
  assert.equal(shown('2026-07-01T22:30:00Z'), '2026-07-02 00:30:00')
  assert.equal(clockText(createZone('Asia/Kolkata').clock(0)), '1970-01-01 05:30:00')
})

test('what a clock shows is an instant again: once, twice when it is set back, never when it is put on', () => {
  const instant = (shown: string) => new Date(berlin.instant(Date.parse(`${shown}Z`))).toISOString()
  assert.equal(instant('2026-11-22T10:00:00'), '2026-11-22T09:00:00.000Z')
  assert.equal(instant('2026-07-01T00:00:00'), '2026-06-30T22:00:00.000Z')
  assert.equal(instant('2026-10-25T02:30:00'), '2026-10-25T00:30:00.000Z', 'the first of two')
  assert.equal(instant('2026-03-29T02:30:00'), '2026-03-29T01:30:00.000Z', 'shown as 03:30')
})

test('every hour of a year is found again', () => {
  for (const zone of [berlin, createZone('America/St_Johns'), createZone('Australia/Lord_Howe')]) {
    for (
      let at = Date.parse('2026-01-01T00:00:00Z');
      at < Date.parse('2027-01-01T00:00:00Z');
      at += 3_600_000
    ) {
      assert.equal(zone.clock(zone.instant(zone.clock(at))), zone.clock(at))
    }
  }
})

test('a zone that is not there is refused', () => {
  assert.throws(() => createZone('Europe/Atlantis'), RangeError)
})
