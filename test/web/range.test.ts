// The range that Insight looks at: what the address says, what it is compared with, zoomed and moved.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addressOf,
  before,
  bucketOf,
  DAY,
  HOUR,
  marked,
  MINUTE,
  moved,
  PRESETS,
  viewIn,
  zoomed,
} from '../../web/src/insight/range.ts'

// Its clock goes from summer to winter time on 25 October 2026.
process.env['TZ'] = 'Europe/Berlin'

/** A Wednesday. */
const NOW = Date.parse('2026-10-28T10:00:00+01:00')
const local = (time: number) => new Date(time).toString().slice(0, 21)
const view = (query: string, now = NOW) => viewIn((name) => new URLSearchParams(query).get(name) ?? '', now)
const dates = (query: string) => [view(query).from, view(query).to].map(local)

test('ranges by name begin at midnight of the viewer and end now', () => {
  const begins = Object.fromEntries(PRESETS.map((name) => [name, local(view(`range=${name}`).from)]))
  assert.deepEqual(begins, {
    today: 'Wed Oct 28 2026 00:00',
    '7d': 'Thu Oct 22 2026 00:00',
    '30d': 'Tue Sep 29 2026 00:00',
    '12w': 'Thu Aug 06 2026 00:00',
    year: 'Thu Jan 01 2026 00:00',
  })
  for (const name of PRESETS) assert.equal(view(`range=${name}`).to, NOW)
})

test('an address that says nothing, or nonsense, means 7 days', () => {
  for (const query of ['', 'range=aeon', 'from=x&to=y', 'from=2026-10-20', 'from=2026-10-21&to=2026-10-19']) {
    assert.equal(view(query).preset, '7d', query)
  }
})

test('two dates are two days and all between; what is still to come is left out', () => {
  assert.deepEqual(dates('from=2026-10-24&to=2026-10-25'), ['Sat Oct 24 2026 00:00', 'Mon Oct 26 2026 00:00'])
  assert.deepEqual(dates('from=2026-10-26&to=2026-11-30'), ['Mon Oct 26 2026 00:00', local(NOW)])
})

test('instants are taken as they are, and come back out of the address', () => {
  const [from, to] = [NOW - 3 * HOUR, NOW - HOUR]
  const { preset, ...range } = view(`from=${addressOf(from)}&to=${addressOf(to)}`)
  assert.deepEqual([preset, range], [null, { from, to }])
})

test('a range is compared with the days before it, at the same times of day', () => {
  const compared = (query: string) => {
    const { preset, ...range } = view(query)
    const { from, to } = before(range, preset)
    return [local(from), local(to)]
  }
  assert.deepEqual(compared('range=today'), ['Tue Oct 27 2026 00:00', 'Tue Oct 27 2026 10:00'])
  assert.deepEqual(compared('range=7d'), ['Thu Oct 15 2026 00:00', 'Wed Oct 21 2026 10:00'])
  assert.deepEqual(compared('from=2026-10-19&to=2026-10-25'), [
    'Mon Oct 12 2026 00:00',
    'Mon Oct 19 2026 00:00',
  ])
  assert.deepEqual(compared('range=year'), ['Wed Jan 01 2025 00:00', 'Tue Oct 28 2025 10:00'])
})

test('buckets are as fine as 2,000 allow', () => {
  const bucket = (width: number) => bucketOf({ from: NOW - width, to: NOW })
  assert.deepEqual([HOUR, DAY, 7 * DAY, 30 * DAY, 84 * DAY].map(bucket), [
    'minute',
    'minute',
    'hour',
    'hour',
    'day',
  ])
  const length = { minute: MINUTE, hour: HOUR, day: DAY }
  for (let width = HOUR; width < 1_990 * DAY; width *= 1.3) {
    assert.ok(width / length[bucket(width)] < 2_000, `${width}`)
  }
})

test('zooming keeps what is in the centre, and ends at ten minutes', () => {
  const range = { from: NOW - 8 * HOUR, to: NOW - 4 * HOUR }
  assert.deepEqual(zoomed(range, 0.5, NOW - 6 * HOUR, NOW), { from: NOW - 7 * HOUR, to: NOW - 5 * HOUR })
  assert.deepEqual(zoomed(range, 0.5, range.from, NOW), { from: range.from, to: NOW - 6 * HOUR })
  let narrow = range
  for (let turn = 0; turn < 20; turn += 1) narrow = zoomed(narrow, 0.5, NOW - 6 * HOUR, NOW)
  assert.equal(narrow.to - narrow.from, 10 * MINUTE)
  assert.equal(marked({ from: NOW - HOUR, to: NOW - HOUR + 1 }, NOW).to - NOW, -55 * MINUTE)
})

test('nothing reaches beyond now or before all time', () => {
  const range = { from: NOW - 2 * HOUR, to: NOW - HOUR }
  assert.deepEqual(moved(range, 0.5, NOW), { from: NOW - 1.5 * HOUR, to: NOW - 0.5 * HOUR })
  assert.deepEqual(moved(range, 5, NOW), { from: NOW - HOUR, to: NOW })
  assert.deepEqual(zoomed(range, 4, NOW - 1.5 * HOUR, NOW), { from: NOW - 4 * HOUR, to: NOW })
  assert.equal(moved({ from: HOUR, to: 3 * HOUR }, -1, NOW).from, 0)
})
