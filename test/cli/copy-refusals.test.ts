// What rollcall copy refuses: one clear sentence, exit 1, and the target as it was.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import Database from 'better-sqlite3'
import type { Command } from '../../src/ledger/command.ts'
import { createRoom, heartbeat, T0 } from '../support/commands.ts'
import { copying, refusalToServe, tablesOf, withStore, type Place } from '../support/copying.ts'
import { rollcall, serve } from '../support/process.ts'

const SAME = /both sides hold the same ledger/

describe('rollcall copy refuses', () => {
  const { command, file, hold, missing, schema, sql } = copying(20)

  async function refused(args: string[], code: string, says: string): Promise<void> {
    const ended = await rollcall(args)
    assert.equal(ended.code, 1, ended.stdout)
    assert.match(ended.stderr, new RegExp(`^(from .+\nto .+\n)?(.+ rows/s\n)*rollcall: .+ \\(${code}\\)\n$`))
    assert.ok(ended.stderr.includes(says), ended.stderr)
  }

  function say(place: Place | string, spoken: Command) {
    const at = typeof place === 'string' ? { database: place, schema: '' } : place
    return withStore(at, (store) => store.submit({ command: spoken, receivedAt: T0, key: null }))
  }

  describe('a target', () => {
    test('with another ledger in it, were it one heartbeat', async (t) => {
      for (const spoken of [createRoom({ session: 'mine' }), heartbeat({ rooms: 0 })]) {
        const other = missing(t)
        await say(other, spoken)
        const before = tablesOf(other)
        await refused(command(file(t), other), 'DATABASE_OCCUPIED', `${other} holds another ledger`)
        assert.deepEqual(tablesOf(other), before)

        const empty = missing(t)
        await withStore({ database: empty, schema: '' }, async () => {})
        await refused(command(empty, other), 'DATABASE_OCCUPIED', `${other} holds another ledger`)

        const there = schema()
        await say(there, spoken)
        await refused(command(file(t), there), 'DATABASE_OCCUPIED', `schema ${there.schema} holds another`)
        await say(there, createRoom({ session: 'still open' }))
      }
    })

    test('that has gone on since it was copied, or whose source has', async (t) => {
      const from = file(t)
      const to = schema()
      await rollcall(command(from, to))
      await say(to, createRoom({ session: 'new', jid: 'new@example.com' }))
      await refused(command(from, to), 'DATABASE_OCCUPIED', 'first difference: rooms id')
      const second = missing(t)
      await rollcall(command(to, second))
      await say(to, createRoom({ session: 'newer', jid: 'newer@example.com' }))
      await refused(command(to, second), 'DATABASE_OCCUPIED', 'first difference: rooms id')
    })

    test('in which a row was changed by hand', async (t) => {
      const from = file(t)
      const to = schema()
      await rollcall(command(from, to))
      const [row] = await sql<{ id: string }>(`select max(id) as id from ${to.schema}.occupants`)
      await sql(`update ${to.schema}.occupants set nick = nick || '.' where id = ${row?.id}`)
      await refused(command(from, to), 'DATABASE_OCCUPIED', `first difference: occupants id ${row?.id}`)
    })

    test('in which something else writes while it is copied: the sums tell', async (t) => {
      const from = file(t)
      const to = schema()
      await (await hold(to, -1)).release()
      await sql(`create function ${to.schema}.meddle() returns trigger language plpgsql as
        $$ begin new.nick := 'Mallory'; return new; end $$`)
      await sql(`create trigger meddle before insert on ${to.schema}.occupants for each row when (new.id = 2)
        execute function ${to.schema}.meddle()`)
      const { code, stdout, stderr } = await rollcall(command(from, to))
      assert.equal(code, 1)
      assert.match(stdout, /^occupants .+\ntarget .+ DIFFERS\n/m)
      assert.doesNotMatch(stdout, SAME)
      assert.match(stderr, /The target is not what the source is.*\(DATABASE_DIFFERS\)\n$/)
      assert.match(await refusalToServe(to), /\(DATABASE_UNFINISHED\)\n$/)
    })

    test('that belongs to another program, or cannot be reached', async (t) => {
      const foreign = missing(t)
      new Database(foreign).exec('create table photos (id)').close()
      await refused(command(file(t), foreign), 'DATABASE_FOREIGN', 'belongs to another program')
      await refused(
        command(file(t), 'postgres://127.0.0.1:1/x'),
        'DATABASE_UNREACHABLE',
        'correct the address',
      )
    })
  })

  describe('a source', () => {
    test('that is not there, and creates nothing', async (t) => {
      const from = missing(t)
      const to = missing(t)
      await refused(command(from, to), 'DATABASE_MISSING', `no ledger at ${from}`)
      const nowhere = schema()
      await refused(command(nowhere, to), 'DATABASE_MISSING', `schema ${nowhere.schema}`)
      assert.deepEqual(await sql(`select 1 from pg_namespace where nspname = '${nowhere.schema}'`), [])
      assert.throws(() => tablesOf(to))
    })

    test('that is no ledger', async (t) => {
      const notes = missing(t)
      writeFileSync(notes, 'Dear diary,\n'.repeat(1_000))
      await refused(command(notes, missing(t)), 'DATABASE_NOT_SQLITE', 'is not an SQLite database')
    })
  })

  test('a server that runs, at either end', async (t) => {
    const [place, used] = [schema(), file(t)]
    const running = [
      await serve({ ROLLCALL_DATABASE: place.database, ROLLCALL_SCHEMA: place.schema }),
      await serve({ ROLLCALL_DATABASE: used }),
    ]
    t.after(() => running.forEach(({ child }) => child.kill()))
    await Promise.all([
      refused(command(place, missing(t)), 'DATABASE_LOCKED', 'in use by a server'),
      refused(command(file(t), place), 'DATABASE_LOCKED', 'in use by a server'),
      refused(command(used, missing(t)), 'DATABASE_LOCKED', 'in use by another server'),
      refused(command(file(t), used), 'DATABASE_LOCKED', 'in use by another server'),
    ])
  })

  describe('arguments', { concurrency: 2 }, () => {
    const wrong: [title: string, args: string[], says: string][] = [
      ['no target', ['--from', 'a.db'], "required option '--to <file>' not specified"],
      ['an empty source', ['--from', '', '--to', 'b.db'], '--from must be a file or an address'],
      ['an unknown engine', ['--from', 'mysql://db', '--to', 'b.db'], '--from must be a file path'],
      ['one place twice', ['--from', 'a.db', '--to', './a.db'], '--from and --to are the same database'],
      [
        'a schema that cannot be one',
        ['--from', 'postgres://h/d', '--from-schema', 'A B', '--to', 'b.db'],
        '--from-schema must be up to 50 lower-case letters',
      ],
      [
        'a schema of a file',
        ['--from', 'a.db', '--to', 'b.db', '--to-schema', 'x'],
        '--to-schema is for PostgreSQL, and --to is a file',
      ],
    ]
    for (const [title, args, says] of wrong) {
      test(title, async () => {
        const { code, stderr } = await rollcall(['copy', ...args])
        assert.equal(code, 1)
        assert.ok(stderr.includes(says), stderr)
        assert.match(stderr, /^(rollcall|error): .+\n$/)
      })
    }
  })

  test('and never shows a password, however the address is written', async (t) => {
    const place = schema()
    const withPassword = place.database.replace('rollcall@', 'rollcall:hunter2@')
    const addresses = [
      withPassword,
      'postgres://rollcall:hunter2@127.0.0.1:1/x',
      'postgres://rollcall:hunter2@[::1/x',
      'postgres://rollcall:hunter2%@127.0.0.1:1/x',
      'postgres://rollcall:1/hunter2@127.0.0.1:1/x',
      'postgres://rollcall:a@1/hunter2@127.0.0.1:1/x',
      'postgres://rollcall:1#hunter2@127.0.0.1:1/x',
      'postgres://rollcall:1?hunter2@127.0.0.1:1/x',
      'postgres://rollcall:x@hunter2@127.0.0.1:1/x',
    ]
    const serving = addresses
      .slice(2, 6)
      .map((address) => ({ ROLLCALL_DATABASE: address, ROLLCALL_PORT: '0' }))
    const ended = await Promise.all([
      ...addresses.map((address) => rollcall(command(file(t), { ...place, database: address }))),
      ...serving.map((env) => rollcall(['serve'], env)),
    ])
    assert.match(ended[0]?.stdout ?? '', SAME)
    for (const { code, stdout, stderr } of ended.slice(1)) {
      assert.equal(code, 1)
      assert.match(stderr, /^(\{.*\n)*rollcall: .+\n$/)
      assert.doesNotMatch(stdout + stderr, /hunter|\/x/)
    }
    assert.doesNotMatch(ended[0]?.stdout + (ended[0]?.stderr ?? ''), /hunter/)
  })
})
