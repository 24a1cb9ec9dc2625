// What people came with: how many stays had each user agent.
import type { ClientCounts, ClientsQuery } from '../store.ts'
import { ofKind } from './kind.ts'
import { all, ask, sql, type Dialect, type Sql, type Steps } from './sql.ts'
import { roomsThen, staysThen } from './time.ts'

/**
 * So many stays are looked at, those of the newest rooms: no index holds a user agent, so each is a row of the table. 100,000
 * take 0.12 s on either engine, and a million would take ten times that.
 */
const LOOKED = 100_000
/** Anybody may send any text: so many different ones are told apart. */
const TEXTS = 500

type Row = ClientCounts['texts'][number] & { looked: number }

export function createClientReads(dialect: Dialect) {
  function* clients(query: ClientsQuery): Steps<ClientCounts> {
    const rows = yield* ask<Row>(sql`with looked as (
        select o.user_agent from rooms r cross join occupants o
        where ${all([sql`o.room = r.id`, sql`o.person is not null`, ...conditions(dialect, query)])}
        order by r.created_at desc, r.id desc limit ${LOOKED})
      select user_agent as "userAgent", count(*) as stays, (select count(*) from looked) as looked
      from looked group by user_agent order by count(*) desc, user_agent limit ${TEXTS}`)
    const stays = rows[0]?.looked ?? 0
    const texts = rows.map(({ userAgent, stays }) => ({ userAgent, stays }))
    return { stays, complete: stays < LOOKED, texts }
  }

  return { clients }
}

function conditions(dialect: Dialect, { from, to, host, kind }: ClientsQuery): Sql[] {
  return [
    ...roomsThen(dialect, 'all', { from, to }),
    ...staysThen('all', { from, to }),
    ...(host === null ? [] : [dialect.host(host)]),
    ...ofKind(kind),
  ]
}
