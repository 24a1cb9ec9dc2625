// Reads the ledger the way anyone reads it: over the API.
import assert from 'node:assert/strict'

export type LedgerEvent = {
  seq: number
  type: string
  at: string
  session: string
  roomJid: string
  data: Record<string, string | null>
}

export type LedgerRoom = {
  session: string
  jid: string
  kind: string
  parentJid: string | null
  endedAt: string | null
}

export type LedgerStay = {
  jid: string
  nick: string
  role: string
  joinedAt: string
  leftAt: string | null
  leaveReason: string | null
}

/** The whole log, in order. */
export async function readEvents(url: string): Promise<LedgerEvent[]> {
  const all: LedgerEvent[] = []
  for (;;) {
    const path = `/api/v1/events?after=${all.at(-1)?.seq ?? 0}&limit=1000`
    const { events } = await get<{ events: LedgerEvent[] }>(url + path)
    if (events.length === 0) return all
    all.push(...events)
  }
}

export function readRooms(url: string): Promise<LedgerRoom[]> {
  return pages<LedgerRoom>(`${url}/api/v1/rooms?state=all&limit=1000`, 'rooms')
}

export function readOccupants(url: string, session: string): Promise<LedgerStay[]> {
  const path = `/api/v1/rooms/${encodeURIComponent(session)}/occupants?limit=1000`
  return pages<LedgerStay>(url + path, 'occupants')
}

async function pages<T>(url: string, key: string): Promise<T[]> {
  const all: T[] = []
  for (let cursor = ''; ;) {
    const page = await get<Record<string, T[]> & { next: string | null }>(url + cursor)
    all.push(...(page[key] ?? []))
    if (page.next === null) return all
    cursor = `&cursor=${encodeURIComponent(page.next)}`
  }
}

async function get<T>(url: string): Promise<T> {
  const answer = await fetch(url)
  assert.equal(answer.status, 200, `${url} answers ${answer.status}`)
  return (await answer.json()) as T
}
