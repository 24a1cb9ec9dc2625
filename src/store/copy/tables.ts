// What a ledger is made of, whatever keeps it: its tables, their columns, and the order in which rows are compared.

/** In a row: a boolean is 0 or 1, json is its text to the byte, bytes are hexadecimal digits. */
export type ColumnType = 'number' | 'text' | 'boolean' | 'json' | 'bytes'

export type Table = {
  name: string
  /** Unique, and never changed once it is written: how far a copy has come can be seen from the rows. */
  key: readonly string[]
  columns: Readonly<Record<string, ColumnType>>
}

export type Row = Record<string, string | number | null>

/** Rooms before occupants, which refer to them. test/store/copy.test.ts holds this against both schemas. */
export const TABLES: readonly Table[] = [
  {
    name: 'rooms',
    key: ['id'],
    columns: {
      id: 'number',
      session: 'text',
      jid: 'text',
      host: 'text',
      name: 'text',
      kind: 'text',
      parent_jid: 'text',
      created_at: 'number',
      ended_at: 'number',
      end_reason: 'text',
      inferred: 'boolean',
      search: 'text',
    },
  },
  {
    name: 'occupants',
    key: ['id'],
    columns: {
      id: 'number',
      room: 'number',
      jid: 'text',
      nick: 'text',
      role: 'text',
      email: 'text',
      avatar: 'text',
      user_agent: 'text',
      ip: 'text',
      user_id: 'text',
      joined_at: 'number',
      nick_at: 'number',
      role_at: 'number',
      email_at: 'number',
      left_at: 'number',
      leave_reason: 'text',
      inferred: 'boolean',
      person: 'text',
    },
  },
  {
    name: 'people',
    key: ['id'],
    columns: {
      id: 'text',
      user_id: 'text',
      email: 'text',
      name: 'text',
      names: 'text',
      search: 'text',
      seen_at: 'number',
    },
  },
  {
    name: 'events',
    key: ['seq'],
    columns: {
      seq: 'number',
      type: 'text',
      at: 'number',
      received_at: 'number',
      inferred: 'boolean',
      room: 'number',
      stay: 'number',
      data: 'json',
    },
  },
  {
    // In order of arrival, because SQLite numbers them as they come, and sweeps by that number.
    name: 'answers',
    key: ['received_at', 'key'],
    columns: { key: 'text', fingerprint: 'bytes', answer: 'json', received_at: 'number' },
  },
  {
    name: 'hosts',
    key: ['name'],
    columns: {
      name: 'text',
      boot_id: 'text',
      contact_at: 'number',
      heartbeat_at: 'number',
      alive_at: 'number',
      in_sync: 'boolean',
      lag: 'number',
      live_rooms: 'number',
      live_occupants: 'number',
      received: 'number',
      refused: 'number',
      late: 'number',
      repaired: 'number',
    },
  },
]
