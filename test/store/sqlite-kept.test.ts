// The stays that SQLite keeps packed of rooms that have ended: whatever happened afterwards, they are those that are there.
import assert from 'node:assert/strict'
import { join as path } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Command } from '../../src/ledger/command.ts'
import { copyLedger } from '../../src/store/copy/copy.ts'
import { openSource, openTarget, type Place } from '../../src/store/copy/open.ts'
import { packedStays } from '../../src/store/reads/packed.ts'
import { sqliteDialect } from '../../src/store/sqlite/dialect.ts'
import { openForReading, openForWriting } from '../../src/store/sqlite/open.ts'
import { openSqlite } from '../../src/store/sqlite/store.ts'
import { arrivals, createRoom, endRoom, join, leave, T0 } from '../support/commands.ts'
import { temporaryFolder } from '../support/folder.ts'

/** Put together as it is where nothing is kept. */
const { text: THERE } = packedStays({ ...sqliteDialect, kept: (together) => together })

const commands = [createRoom(), join(), leave({ at: T0 + 1_000 }), endRoom({ at: T0 + 2_000 })]
const meeting = commands.map((command) => ({ command, receivedAt: T0 }))

test('what is kept of a room is what is there, whatever happened and in whatever order', async (t) => {
  let kept = 0
  await fc.assert(
    fc.asyncProperty(arrivals, async (list) => {
      const rooms = await after(temporaryFolder(t), list)
      for (const { kept, there } of rooms) if (kept !== null) assert.equal(kept, there)
      kept += rooms.filter((room) => room.kept !== null).length
    }),
    { numRuns: 15, endOnFailure: true },
  )
  assert.ok(kept > 0, 'no run kept anything')
})

const CHANGES = {
  'one more is told': `insert into occupants (id, room, jid, nick, role, joined_at) select 99, id, 'x', 'x', 'participant', 0 from rooms`,
  'one ended otherwise': 'update occupants set left_at = left_at - 1',
  'one is somebody else’s': `update occupants set person = 'somebody else'`,
  'one was elsewhere': 'update occupants set room = room + 1',
  'one is removed': 'delete from occupants',
}
for (const [name, change] of Object.entries(CHANGES)) {
  test(`the stays of a room are kept when it ends, and no longer when ${name}`, async (t) => {
    const folder = temporaryFolder(t)
    const [ended] = await after(folder, meeting)
    assert.ok(ended?.kept)
    assert.equal(ended.kept, ended.there)
    const { db, close } = openForWriting(path(folder, 'rollcall.db'))
    db.pragma('foreign_keys = OFF')
    db.exec(change)
    close()
    assert.equal((await after(folder, []))[0]?.kept, null)
  })
}

test('a copy, to which rooms come that have ended, keeps their stays as well', async (t) => {
  const [source, folder] = [temporaryFolder(t), temporaryFolder(t)]
  await after(source, meeting)
  const place = (folder: string): Place => ({ database: path(folder, 'rollcall.db'), schema: '' })
  const [from, to] = await Promise.all([openSource(place(source)), openTarget(place(folder))])
  const signal = new AbortController().signal
  await copyLedger(from, to, { start() {}, advance() {}, signal })
  await Promise.all([from.close(), to.close()])
  const [copied] = await after(folder, [])
  assert.ok(copied?.kept)
  assert.equal(copied.kept, copied.there)
})

/** Of each room the stays that were kept, and those that are there. */
async function after(folder: string, list: { command: Command; receivedAt: number }[]) {
  const file = path(folder, 'rollcall.db')
  const onLost = (error: Error) => {
    throw error
  }
  const store = await openSqlite({ path: file, queueLimit: 10_000, onLost })
  for (const { command, receivedAt } of list) await store.submit({ command, receivedAt, key: null })
  await store.close()
  const db = openForReading(file)
  const rooms = db
    .prepare<[], { kept: string | null; there: string | null }>(
      `select k.stays as kept, ${THERE} as there from rooms r left join room_stays k on k.room = r.id`,
    )
    .all()
  db.close()
  return rooms
}
