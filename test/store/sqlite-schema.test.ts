// docs/schema-sqlite.sql is what the migrations come to. `npx node test/store/sqlite-schema.test.ts --write` writes it.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openForWriting } from '../../src/store/sqlite/open.ts'
import { temporaryFolder } from '../support/folder.ts'

const DOCUMENT = join(import.meta.dirname, '../../docs/schema-sqlite.sql')

test('the documented schema is the one that the migrations make', (t) => {
  const { db, close } = openForWriting(join(temporaryFolder(t), 'rollcall.db'))
  const version = db.pragma('user_version', { simple: true }) as number
  const statements = db
    .prepare('select sql from sqlite_schema where sql is not null order by rowid')
    .pluck()
    .all()
  close()
  const dump = `-- Schema ${version}, as the migrations leave it.\n\n${statements.join(';\n\n')};\n`
  if (process.argv.includes('--write')) writeFileSync(DOCUMENT, dump)
  assert.equal(readFileSync(DOCUMENT, 'utf8'), dump)
})
