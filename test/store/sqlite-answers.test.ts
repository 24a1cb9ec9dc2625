// Keys that have expired do not stay for ever.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createAnswers } from '../../src/store/sqlite/answers.ts'
import { openForWriting } from '../../src/store/sqlite/open.ts'
import { createRoom, T0 } from '../support/commands.ts'
import { temporaryFolder } from '../support/folder.ts'

const DAY = 24 * 60 * 60 * 1_000

test('answers older than 24 hours are swept, slice by slice, and younger ones stay', (t) => {
  const { db, close } = openForWriting(join(temporaryFolder(t), 'rollcall.db'))
  const answers = createAnswers(db)
  const count = () => db.prepare('select count(*) from answers').pluck().get()
  for (let n = 0; n < 5_000; n += 1) answers.keep(`k${n}`, createRoom(), 'success', T0 + n)

  answers.sweep(T0 + DAY)
  assert.equal(count(), 5_000)
  answers.sweep(T0 + DAY + 4_500)
  assert.equal(count(), 3_000)
  for (let commit = 0; commit < 10; commit += 1) answers.sweep(T0 + DAY + 4_500)
  assert.equal(count(), 500)
  close()
})
