// What Prosody would tell the server of a test.
import assert from 'node:assert/strict'
import type { TestServer } from '../support/server.ts'

export const HOST = 'conference.example.com'

export function sayTo({ url }: Pick<TestServer, 'url'>, token?: string) {
  async function say(method: string, path: string, body: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) })
    assert.equal(answer.status, 200, await answer.text())
  }
  const jidOf = (room: string) => `${room}@${HOST}`

  return {
    say,
    create: (room: string, more = {}) =>
      say('POST', '/rooms', { name: room, session: `s-${room}`, jid: jidOf(room), ...more }),
    end: (room: string) => say('DELETE', `/rooms/s-${room}`, { jid: jidOf(room) }),
    join: (room: string, jid: string, nick: string, more = {}) =>
      say('POST', '/occupants', { jid, roomJid: jidOf(room), nick, role: 'participant', ...more }),
    leave: (room: string, jid: string) =>
      say('DELETE', `/occupants/${encodeURIComponent(jid)}`, { roomJid: jidOf(room) }),
    update: (room: string, jid: string, changes: object) =>
      say('PUT', `/occupants/${encodeURIComponent(jid)}`, { roomJid: jidOf(room), ...changes }),
  }
}
