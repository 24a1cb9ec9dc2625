// The server that everyone writes first: a transaction for every request, from a pool of 16 connections.
import pg from 'pg'
import type { Command, Join, Leave } from '../src/ledger/command.ts'
import type { Answer, Request } from '../src/store/store.ts'

const TABLES = `
  create table rooms (id bigserial primary key, session text not null unique, jid text not null, name text not null,
    created_at bigint not null, ended_at bigint);
  create unique index on rooms (jid) where ended_at is null;
  create table occupants (id bigserial primary key, room bigint not null references rooms (id), jid text not null,
    nick text not null, role text not null, email text, avatar text, user_agent text, ip text, user_id text,
    joined_at bigint not null, left_at bigint, leave_reason text);
  create unique index on occupants (room, jid) where left_at is null;
  create table events (seq bigserial primary key, type text not null, at bigint not null, room bigint not null,
    stay bigint, data json not null);`

/** Knows what the load asks for: rooms, joins and leaves. */
export async function openNaive(url: string, schema: string) {
  const pool = new pg.Pool({ connectionString: url, max: 16, options: `-c search_path=${schema}` })
  await pool.query(`create schema ${schema}; ${TABLES}`)

  async function transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    try {
      await client.query('begin')
      const result = await work(client)
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
  }

  const log = (
    client: pg.PoolClient,
    type: string,
    at: number,
    room: string,
    stay: string | null,
    data: object,
  ) =>
    client.query({
      name: 'log',
      text: 'insert into events (type, at, room, stay, data) values ($1, $2, $3, $4, $5)',
      values: [type, at, room, stay, JSON.stringify(data)],
    })

  async function liveRoom(client: pg.PoolClient, jid: string): Promise<string | undefined> {
    const text = 'select id from rooms where jid = $1 and ended_at is null'
    return (await client.query<{ id: string }>({ name: 'room', text, values: [jid] })).rows[0]?.id
  }

  async function stay(client: pg.PoolClient, room: string, jid: string): Promise<string | undefined> {
    const text = 'select id from occupants where room = $1 and jid = $2 and left_at is null for update'
    return (await client.query<{ id: string }>({ name: 'stay', text, values: [room, jid] })).rows[0]?.id
  }

  function join(command: Join, now: number): Promise<string> {
    return transaction(async (client) => {
      const room = await liveRoom(client, command.roomJid)
      if (room === undefined) return 'no-room'
      if ((await stay(client, room, command.jid)) !== undefined) return 'duplicate'
      const { jid, nick, role, email, avatar, userAgent, ip, userId } = command
      const { rows } = await client.query<{ id: string }>({
        name: 'join',
        text: `insert into occupants (room, jid, nick, role, email, avatar, user_agent, ip, user_id, joined_at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
        values: [room, jid, nick, role, email, avatar, userAgent, ip, userId, now],
      })
      await log(client, 'occupant.joined', now, room, rows[0]?.id ?? null, command)
      return 'success'
    })
  }

  function leave(command: Leave, now: number): Promise<string> {
    return transaction(async (client) => {
      const room = await liveRoom(client, command.roomJid)
      const id = room && (await stay(client, room, command.jid))
      if (room === undefined || id === undefined) return 'no-occupant'
      const text = 'update occupants set left_at = $1, leave_reason = $2 where id = $3'
      await client.query({ name: 'leave', text, values: [now, command.reason, id] })
      await log(client, 'occupant.left', now, room, id, { jid: command.jid })
      return 'success'
    })
  }

  async function judge(command: Command, now: number): Promise<string> {
    if (command.type === 'join') return join(command, now)
    if (command.type === 'leave') return leave(command, now)
    if (command.type !== 'create-room') throw new Error(`the load asks for no ${command.type}`)
    const values = [command.session, command.jid, command.name, now]
    await pool.query('insert into rooms (session, jid, name, created_at) values ($1, $2, $3, $4)', values)
    return 'success'
  }

  return {
    submit: async <C extends Command>({ command, receivedAt }: Request<C>) =>
      (await judge(command, receivedAt)) as Answer<C>,
    close: () => pool.end(),
  }
}
