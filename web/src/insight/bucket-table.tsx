// The curves as a table, bucket by bucket: for who reads them, and for the file.
import { useState } from 'preact/hooks'
import type { BucketFigures } from '../../../src/client/types.ts'
import type { Rows } from '../csv.ts'
import { text } from '../strings.ts'
import type { Range } from './range.ts'
import { bucketSpan, cellOf, countOf, hoursOf, minutesOf, utcCellOf, zone } from './words.ts'

type Props = { buckets: BucketFigures[]; range: Range }

/** It is made when it is opened: up to 2,000 rows. */
export function BucketTable({ buckets, range }: Props) {
  const [open, setOpen] = useState(false)
  const { columns } = text.insight
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{text.insight.asTable}</summary>
      {open && (
        <div class="scroll" tabIndex={0} role="region" aria-label={text.insight.concurrency.table}>
          <table>
            <thead>
              <tr>
                <th>{columns.when}</th>
                <th class="number">{columns.peak}</th>
                <th class="number">{columns.average}</th>
                <th class="number">{columns.peakRooms}</th>
                <th class="number">{columns.people}</th>
                <th class="number">{columns.rooms}</th>
                <th class="number">{columns.personTime}</th>
              </tr>
            </thead>
            <tbody>
              {buckets.map((bucket, place) => (
                <tr key={bucket.start}>
                  <th scope="row">
                    {bucketSpan(
                      Date.parse(bucket.start),
                      Date.parse(buckets[place + 1]?.start ?? '') || range.to,
                    )}
                  </th>
                  <td class="number">{bucket.peak.toLocaleString('en')}</td>
                  <td class="number">{countOf(bucket.average)}</td>
                  <td class="number">{bucket.peakRooms.toLocaleString('en')}</td>
                  <td class="number">{bucket.people.toLocaleString('en')}</td>
                  <td class="number">{bucket.rooms.toLocaleString('en')}</td>
                  <td class="number">{hoursOf(bucket.personMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  )
}

export function bucketRows(buckets: BucketFigures[], range: Range): Rows {
  const { columns } = text.insight
  const head = [
    text.insight.inZone(columns.begins, zone),
    text.insight.inZone(columns.begins, 'UTC'),
    text.insight.inZone(columns.ends, zone),
    columns.peak,
    columns.average,
    columns.peakRooms,
    columns.people,
    columns.rooms,
    columns.roomsCreated,
    columns.personMinutes,
  ]
  const rows = buckets.map((bucket, place) => {
    const [from, to] = [Date.parse(bucket.start), Date.parse(buckets[place + 1]?.start ?? '') || range.to]
    const { peak, average, peakRooms, people, rooms, roomsCreated, personMs } = bucket
    const figures = [peak, average, peakRooms, people, rooms, roomsCreated, minutesOf(personMs)]
    return [cellOf(from), utcCellOf(from), cellOf(to), ...figures]
  })
  return [head, ...rows]
}
