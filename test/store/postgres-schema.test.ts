// docs/schema-postgres.sql is what the migrations lead to. After a change: node test/store/postgres-schema.test.ts --write
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { openPostgres } from '../../src/store/postgres/store.ts'
import { startPostgres } from '../support/postgres.ts'

const DOC = join(import.meta.dirname, '../../docs/schema-postgres.sql')
const HEAD =
  '-- The schema on PostgreSQL, as the migrations leave it. Written by test/store/postgres-schema.test.ts --write.\n'

test('docs/schema-postgres.sql is what the migrations lead to', async (t) => {
  const postgres = await startPostgres('newest')
  t.after(() => postgres.dispose())
  await (await openPostgres({ url: postgres.url, schema: 'rollcall', queueLimit: 1 })).close()
  const schema = HEAD + (await dump(postgres.url))
  if (process.argv.includes('--write')) writeFileSync(DOC, schema)
  assert.equal(readFileSync(DOC, 'utf8'), schema)
})

async function dump(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows: tables } = await client.query<{ name: string; columns: string; checks: string | null }>(`
    select c.relname as name,
      (select string_agg(format('  %I %s%s%s', attname, format_type(atttypid, atttypmod),
          case when attnotnull then ' not null' else '' end,
          coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')), E',\\n' order by attnum)
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where attrelid = c.oid and attnum > 0 and not attisdropped) as columns,
      (select string_agg('  ' || pg_get_constraintdef(oid), E',\\n' order by contype, conname)
        from pg_constraint where conrelid = c.oid and contype in ('c', 'p', 'u', 'f')) as checks
    from pg_class c where relnamespace = 'rollcall'::regnamespace and relkind = 'r' order by relname`)
  const { rows: indexes } = await client.query<{ definition: string }>(`
    select indexdef as definition from pg_indexes where schemaname = 'rollcall'
      and indexname not in (select conname from pg_constraint) order by tablename, indexname`)
  await client.end()
  const created = tables.map(({ name, columns, checks }) => {
    return `create table ${name} (\n${columns}${checks === null ? '' : `,\n${checks}`}\n);\n`
  })
  const indexed = indexes.map(({ definition }) => `${definition.replaceAll('rollcall.', '')};\n`)
  return `\n${created.join('\n')}\n${indexed.join('')}`
}
