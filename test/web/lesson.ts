// A lesson as Prosody would tell of it: somebody who comes again, somebody on two devices, a new name and a new role, a
// breakout room, an end that nobody reported, and a name that is markup.
import type { TestServer } from '../support/server.ts'
import { HOST, sayTo } from './say.ts'

export const MINUTE = 60_000
export const HOSTILE = '<img src=x onerror="document.title=\'owned\'">'
const BREAKOUTS = 'breakout.example.com'
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

/** Begun at ten o'clock of the day before in UTC, fifty minutes long; the session is `s-lesson`. */
export async function tellLesson(server: TestServer) {
  const begun = new Date().setUTCHours(10, 0, 0, 0) - 24 * 60 * MINUTE
  const { say, create, join } = sayTo(server)
  const at = (minute: number) => begun + minute * MINUTE
  const path = (jid: string) => `/occupants/${encodeURIComponent(jid)}`
  const roomJid = `lesson@${HOST}`
  const leave = (minute: number, jid: string, reason = 'left', room = roomJid) =>
    say('DELETE', path(jid), { roomJid: room, reason, at: at(minute) })

  await create('lesson', { at: at(0), kind: 'conference' })
  await join('lesson', 'focus@auth.example.com/focus', 'focus', { at: at(0) })
  const ann = { userId: 'u-ann', email: 'ann@school.example', userAgent: CHROME }
  await join('lesson', 'ann@example.com/tab', 'Ann', { at: at(0), role: 'moderator', ...ann })

  // Ben on a laptop and, for a while, on a telephone as well.
  await join('lesson', 'ben@example.com/laptop', 'Ben', { at: at(5), userId: 'u-ben' })
  await join('lesson', 'ben@example.com/phone', 'Ben', { at: at(10), userId: 'u-ben' })
  await leave(20, 'ben@example.com/phone')

  // Cem drops out, and comes again.
  await join('lesson', 'cem@example.com/1', 'Cem', { at: at(0) })
  await leave(8, 'cem@example.com/1', 'disconnected')
  await join('lesson', 'cem@example.com/2', 'Cem', { at: at(9) })

  // Dora takes another name, and the chair.
  await join('lesson', 'dora@example.com/tab', 'Dora', { at: at(1), userId: 'u-dora' })
  await say('PUT', path('dora@example.com/tab'), { roomJid, nick: 'Dora Maar', at: at(15) })
  await say('PUT', path('dora@example.com/tab'), { roomJid, role: 'moderator', at: at(25) })

  await join('lesson', 'eve@example.com/tab', HOSTILE, { at: at(2) })
  await leave(12, 'eve@example.com/tab')

  // Cem goes into a group, and back.
  const group = { session: 's-group', jid: `group@${BREAKOUTS}`, name: 'Group A', kind: 'breakout' }
  await say('POST', '/rooms', { ...group, parentJid: roomJid, at: at(29) })
  await leave(30, 'cem@example.com/2', 'switched')
  const cem = { nick: 'Cem', role: 'participant', roomJid: group.jid }
  await say('POST', '/occupants', { jid: 'cem@example.com/2', ...cem, at: at(30) })
  await leave(40, 'cem@example.com/2', 'switched', group.jid)
  await say('DELETE', '/rooms/s-group', { jid: group.jid, at: at(41) })
  await join('lesson', 'cem@example.com/3', 'Cem', { at: at(40) })

  await leave(45, 'ben@example.com/laptop')
  await leave(50, 'cem@example.com/3')
  await leave(50, 'ann@example.com/tab')
  // Dora is still there when the server is killed: nobody tells of her leaving, nor of the end.
  await say('POST', '/sync', { host: HOST, bootId: 'again', at: at(55), rooms: [] })
  return { at }
}
