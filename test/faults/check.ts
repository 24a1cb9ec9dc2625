// Holds a database file against what the load was answered, and against its own event log.
import { isDeepStrictEqual } from 'node:util'
import Database from 'better-sqlite3'
import type { Call } from './calls.ts'
import { tablesMatchLog } from './fold.ts'
import type { Load, Step } from './load.ts'

/** `damage`: what holds of every file, whatever was asked of it. */
export type Kind = 'missing' | 'doubled' | 'half applied' | 'refused, yet there' | 'wrong answer' | 'damage'
export type Finding = { kind: Kind; what: string }
export type Checked = { found: number; findings: Finding[] }

type Row = { seq: number; type: string; at: number; session: string; data: string }
type Tagged = { byTag: Map<string, Row[]>; bySeq: Map<number, string> }

/**
 * Counts the calls answered 200 that are there, and lists everything that is not as it must be. A step that was left
 * open and has no key is settled by what is found: nothing else could tell whether to send it again.
 */
export function check(file: string, load: Load): Checked {
  const db = new Database(file, { readonly: true })
  try {
    const findings: Finding[] = load.wrong.splice(0).map((what) => ({ kind: 'wrong answer', what }))
    const tagged = readTagged(db)
    const keys = new Set(db.prepare('select key from answers').pluck().all() as string[])
    let found = 0
    for (const step of load.steps) {
      const there = step.calls.filter(({ tag }) => tagged.byTag.has(tag))
      findings.push(...judge(step, there, tagged, keys))
      if (step.state === 'done') found += there.length
      if (step.state === 'open' && step.calls[0]?.key === null)
        step.state = there.length > 0 ? 'done' : 'refused'
    }
    const known = new Set(load.steps.flatMap(({ calls }) => calls.map(({ tag }) => tag)))
    for (const tag of tagged.byTag.keys()) {
      if (!known.has(tag)) findings.push({ kind: 'damage', what: `${tag} was never sent` })
    }
    findings.push(...damages(db).map((what): Finding => ({ kind: 'damage', what })))
    return { found, findings }
  } finally {
    db.close()
  }
}

function judge({ calls, batch, state }: Step, there: Call[], tagged: Tagged, keys: Set<string>): Finding[] {
  const name = (call: Call) =>
    `${call.tag} ${call.event.type}${batch ? ` in a batch of ${calls.length}` : ''}`
  const findings: Finding[] = there.flatMap((call) =>
    differences(call, tagged.byTag.get(call.tag) ?? [], name(call)),
  )
  if (there.length > 0 && there.length < calls.length) {
    findings.push({ kind: 'half applied', what: `${there.length} of ${calls.length} of ${calls[0]?.tag}` })
  }
  if (state === 'done') {
    const missing = calls.filter((call) => !there.includes(call))
    findings.push(...missing.map((call): Finding => ({ kind: 'missing', what: name(call) })))
  }
  if (state === 'refused' || state === 'unsent') {
    findings.push(...there.map((call): Finding => ({ kind: 'refused, yet there', what: name(call) })))
  }
  for (const call of calls) {
    if (call.key !== null && keys.has(call.key) !== there.includes(call)) {
      findings.push({
        kind: 'half applied',
        what: `${name(call)}: the key without the event, or the reverse`,
      })
    }
  }
  if (batch && there.length === calls.length) findings.push(...tornApart(calls, tagged))
  return findings
}

function differences({ event }: Call, rows: Row[], name: string): Finding[] {
  const [row, ...more] = rows
  if (!row || more.length > 0) return [{ kind: 'doubled', what: `${name}: ${rows.length} events` }]
  const { type, session, at, data } = event
  const expected = { type, session, at: at ?? row.at, data }
  const actual = { type: row.type, session: row.session, at: row.at, data: JSON.parse(row.data) as unknown }
  if (isDeepStrictEqual(actual, expected)) return []
  return [{ kind: 'missing', what: `${name}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}` }]
}

/** The entries of a batch follow one another: nothing that another request asked for stands between them. */
function tornApart(calls: Call[], { byTag, bySeq }: Tagged): Finding[] {
  const seqs = calls.map(({ tag }) => byTag.get(tag)?.[0]?.seq ?? 0)
  const own = new Set(calls.map(({ tag }) => tag))
  let whole = seqs.every((seq, index) => index === 0 || seq > (seqs[index - 1] ?? 0))
  for (let seq = seqs[0] ?? 0; seq < (seqs.at(-1) ?? 0); seq += 1) {
    const tag = bySeq.get(seq)
    if (tag !== undefined && !own.has(tag)) whole = false
  }
  return whole ? [] : [{ kind: 'half applied', what: `the batch of ${calls[0]?.tag} is torn apart` }]
}

/** By the text that only one call has said, wherever its event keeps that. */
function readTagged(db: Database.Database): Tagged {
  const rows = db
    .prepare<[], Row & { tag: string | null }>(
      `select seq, type, at, session, events.data, case type
         when 'room.created' then events.data ->> 'session'
         when 'room.ended' then events.data ->> 'reason'
         when 'occupant.left' then events.data ->> 'reason'
         else events.data ->> 'nick' end as tag
       from events join rooms on rooms.id = events.room order by seq`,
    )
    .all()
  const byTag = new Map<string, Row[]>()
  const bySeq = new Map<number, string>()
  for (const { tag, ...row } of rows) {
    if (!tag?.startsWith('tag-')) continue
    bySeq.set(row.seq, tag)
    const same = byTag.get(tag)
    if (same) same.push(row)
    else byTag.set(tag, [row])
  }
  return { byTag, bySeq }
}

function damages(db: Database.Database): string[] {
  const integrity = db.pragma('integrity_check', { simple: true })
  const number = (sql: string) => db.prepare(sql).pluck().get() as number
  const foreign = db.pragma('foreign_key_check') as unknown[]
  const gaps = number('select coalesce(max(seq), 0) - count(*) from events')
  const left = number(
    `select count(*) from occupants join rooms on rooms.id = room
     where ended_at is not null and left_at is null`,
  )
  return [
    ...(integrity === 'ok' ? [] : [`integrity_check: ${String(integrity)}`]),
    ...(foreign.length === 0 ? [] : [`foreign_key_check: ${foreign.length} rows`]),
    ...(gaps === 0 ? [] : [`the seq has ${gaps} gaps`]),
    ...(left === 0 ? [] : [`${left} are still in a room that has ended`]),
    ...tablesMatchLog(db),
  ]
}
