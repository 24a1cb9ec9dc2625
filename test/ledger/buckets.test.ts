import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bucketOf, bucketStarts, stretchesOf, weekHour, type Bucket } from '../../src/ledger/buckets.ts'
import { zones } from '../support/zones.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

test('buckets begin where the clock of the zone says, minute by minute, also on days on which it is set', () => {
  const lengths = { minute: 2 * HOUR, hour: 2 * DAY, day: 4 * DAY } satisfies Record<Bucket, number>
  const asked = fc.record({
    zone: fc.constantFrom(...zones),
    bucket: fc.constantFrom<Bucket>('minute', 'hour', 'day'),
    before: fc.integer({ min: 0, max: 60 }),
  })
  fc.assert(
    fc.property(asked, ({ zone: { tz, set }, bucket, before }) => {
      const length = lengths[bucket]
      const from = set - Math.floor((length * before) / 60 / 60_000) * 60_000
      const to = from + length
      assert.deepEqual(bucketStarts(bucket, stretchesOf(tz, from, to), to), naiveStarts(tz, bucket, from, to))
    }),
    { numRuns: 60 },
  )
})

for (const { tz, date, hours } of [
  { tz: 'Europe/Berlin', date: '2026-03-29T00:00:00+01:00', hours: 23 },
  { tz: 'Europe/Berlin', date: '2026-10-25T00:00:00+02:00', hours: 25 },
  { tz: 'America/New_York', date: '2026-03-08T00:00:00-05:00', hours: 23 },
  { tz: 'America/New_York', date: '2026-11-01T00:00:00-04:00', hours: 25 },
  { tz: 'Asia/Kolkata', date: '2026-10-25T00:00:00+05:30', hours: 24 },
  { tz: 'Australia/Lord_Howe', date: '2026-04-05T00:00:00+11:00', hours: 24.5 },
  { tz: 'Australia/Lord_Howe', date: '2026-10-04T00:00:00+10:30', hours: 23.5 },
]) {
  test(`the day ${date} in ${tz} has ${hours} hours`, () => {
    const from = Date.parse(date)
    const to = from + hours * HOUR
    const clock = stretchesOf(tz, from, to + 1)
    assert.deepEqual(bucketStarts('day', clock, to + 1), [from, to])
    assert.equal(bucketStarts('hour', clock, to).length, Math.ceil(hours))
  })
}

test('a day whose midnight is left out begins at one o’clock', () => {
  const from = Date.parse('2026-04-23T12:00:00+02:00')
  const to = from + DAY
  const starts = bucketStarts('day', stretchesOf('Africa/Cairo', from, to), to)
  assert.deepEqual(starts, [from, Date.parse('2026-04-24T01:00:00+03:00')])
})

test('a midnight that comes twice begins one day', () => {
  // Havana's clocks go back from one o'clock to midnight.
  const from = Date.parse('2026-10-31T12:00:00-04:00')
  const to = from + DAY
  const starts = bucketStarts('day', stretchesOf('America/Havana', from, to), to)
  assert.deepEqual(starts, [from, Date.parse('2026-11-01T00:00:00-04:00')])
})

test('a date that was left out has no bucket', () => {
  // Samoa went from the 29th of December 2011 to the 31st.
  const from = Date.parse('2011-12-29T00:00:00-10:00')
  const to = from + 2 * DAY
  const starts = bucketStarts('day', stretchesOf('Pacific/Apia', from, to), to)
  assert.deepEqual(starts, [from, from + DAY])
})

test('a zone that nobody knows is an error', () => {
  assert.throws(() => stretchesOf('Mars/Olympus', 0, DAY), RangeError)
})

test('an instant is in the bucket that began last', () => {
  assert.deepEqual(
    [9, 10, 19, 20, 29, 30, 99].map((instant) => bucketOf([10, 20, 30], instant)),
    [0, 0, 0, 1, 1, 2, 2],
  )
})

test('an instant is in the bucket that began last, however unlike they are in length', () => {
  const starts = fc.uniqueArray(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(starts, fc.integer({ min: 0, max: 1_100 }), (some, instant) => {
      const sorted = some.toSorted((one, other) => one - other)
      const last = sorted.findLastIndex((start) => start <= instant)
      assert.equal(bucketOf(sorted, instant), Math.max(0, last))
    }),
  )
})

test('weekday and hour are those of the zone', () => {
  const sunday = Date.parse('2026-11-22T23:30:00Z')
  const at = (tz: string) => weekHour(stretchesOf(tz, sunday - DAY, sunday + DAY), sunday)
  assert.deepEqual(at('UTC'), { weekday: 6, hour: 23 })
  assert.deepEqual(at('Europe/Berlin'), { weekday: 0, hour: 0 })
  assert.deepEqual(at('Asia/Kolkata'), { weekday: 0, hour: 5 })
  assert.deepEqual(at('America/New_York'), { weekday: 6, hour: 18 })
})

/** Looks at the zone's clock every minute. A day is a date that was not there yet; else the offset matters too. */
function naiveStarts(tz: string, bucket: Bucket, from: number, to: number): number[] {
  const shown = new Intl.DateTimeFormat('en-US', {
    timeZone: tz,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const starts: number[] = []
  const seen = new Set<string>()
  for (let instant = from; instant < to; instant += 60_000) {
    const parts = Object.fromEntries(shown.formatToParts(instant).map(({ type, value }) => [type, value]))
    const date = `${parts['year']}-${parts['month']}-${parts['day']}`
    const minutes = Number(parts['hour']) * 60 + Number(parts['minute'])
    const offset = (((minutes * 60_000 - (instant % DAY)) % DAY) + DAY) % DAY
    const labels = {
      day: date,
      hour: `${date} ${parts['hour']} ${offset}`,
      minute: `${date} ${parts['hour']}:${parts['minute']} ${offset}`,
    } satisfies Record<Bucket, string>
    if (!seen.has(labels[bucket])) starts.push(instant)
    seen.add(labels[bucket])
  }
  return starts
}
