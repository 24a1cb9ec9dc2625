// A ledger from before there were people in it: it just opens, and knows them.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import pg from 'pg'
import { openPostgres } from '../../src/store/postgres/store.ts'
import type { Store } from '../../src/store/store.ts'
import { T0 } from '../support/commands.ts'
import { temporaryFolder } from '../support/folder.ts'
import { startPostgres } from '../support/postgres.ts'
import { startServer } from '../support/server.ts'

const STORE = join(import.meta.dirname, '../../src/store')
const APPLICATION_ID = 0x526f6c6c

const ROOM = {
  id: 1,
  session: 's1',
  jid: 'caf%c3%a9@muc.example.com',
  host: 'muc.example.com',
  name: 'Wéekly',
}
const STAYS = [
  { id: 2, jid: 'focus@auth.example.com/focus', nick: 'focus', email: null, user_id: null, at: T0 },
  { id: 3, jid: 'ann@example.com/a', nick: 'Ann', email: 'Ann@example.com', user_id: null, at: T0 + 1_000 },
  { id: 4, jid: 'x@example.com/b', nick: 'Ann B.', email: 'ann@example.com', user_id: null, at: T0 + 2_000 },
  { id: 5, jid: 'ben@example.com/c', nick: 'Ben', email: null, user_id: null, at: T0 + 3_000 },
  { id: 6, jid: 'cem@example.com/d', nick: 'Cem', email: null, user_id: 'u-1', at: T0 + 4_000 },
]

test('a SQLite file of an older version is served as it stands', async (t) => {
  const path = join(temporaryFolder(t), 'rollcall.db')
  const db = new Database(path)
  for (const name of ['0001-ledger.sql', '0002-hosts.sql']) {
    db.exec(readFileSync(join(STORE, 'sqlite/migrations', name), 'utf8'))
  }
  db.pragma(`application_id = ${APPLICATION_ID}`)
  db.pragma('user_version = 2')
  db.prepare(
    'insert into rooms (id, session, jid, host, name, created_at) values (:id, :session, :jid, :host, :name, :at)',
  ).run({ ...ROOM, at: T0 })
  const insert = db.prepare(
    `insert into occupants (id, room, jid, nick, role, email, user_id, joined_at)
     values (:id, 1, :jid, :nick, 'participant', :email, :user_id, :at)`,
  )
  for (const stay of STAYS) insert.run(stay)
  db.close()

  const server = await startServer({ databasePath: path })
  await assertKnown(server.store)
  await server.stop()
})

test('a PostgreSQL schema of an older version is served as it stands', async () => {
  const postgres = await startPostgres('newest')
  const client = new pg.Client(postgres.url)
  await client.connect()
  const ledger = readFileSync(join(STORE, 'postgres/migrations/0001-ledger.sql'), 'utf8')
  await client.query(`create schema old; set search_path to old;
    create table rollcall_schema (version integer primary key); insert into rollcall_schema values (1); ${ledger}`)
  const { id, session, jid, host, name } = ROOM
  await client.query(
    `insert into rooms (id, session, jid, jid_key, host, name, created_at) values ($1, $2, $3, md5($3)::uuid, $4, $5, $6)`,
    [id, session, jid, host, name, T0],
  )
  for (const { id, jid, nick, email, user_id, at } of STAYS) {
    await client.query(
      `insert into occupants (id, room, jid, jid_key, nick, role, email, user_id, joined_at, nick_at, role_at, email_at)
       values ($1, 1, $2, md5($2)::uuid, $3, 'participant', $4, $5, $6, $6, $6, $6)`,
      [id, jid, nick, email, user_id, at],
    )
  }
  await client.end()

  const store = await openPostgres({ url: postgres.url, schema: 'old', queueLimit: 100 })
  await assertKnown(store)
  await store.close()
  await postgres.dispose()
})

async function assertKnown(store: Store): Promise<void> {
  const now = T0 + 10_000
  const { items: people } = await store.people({ limit: 10, now })
  assert.deepEqual(
    people.map(({ name, names, stays, userId, email }) => ({ name, names, stays, userId, email })),
    [
      { name: 'Cem', names: ['Cem'], stays: 1, userId: 'u-1', email: null },
      { name: 'Ben', names: ['Ben'], stays: 1, userId: null, email: null },
      { name: 'Ann B.', names: ['Ann', 'Ann B.'], stays: 2, userId: null, email: 'ann@example.com' },
    ],
  )
  const { items: rooms } = await store.rooms({ state: 'live', q: 'CAFÉ', limit: 10, now })
  assert.deepEqual(
    rooms.map(({ session, occupants, people }) => ({ session, occupants, people })),
    [{ session: 's1', occupants: 4, people: 3 }],
  )
  const { items: services } = await store.stays({ state: 'all', service: true, limit: 10 })
  assert.deepEqual(
    services.map(({ nick }) => nick),
    ['focus'],
  )
}
