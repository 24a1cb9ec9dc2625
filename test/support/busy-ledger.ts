// A ledger as a busy installation leaves it: all that the rules know has happened in it, and it is larger than a slice.
import type { Command } from '../../src/ledger/command.ts'
import type { Request, Store } from '../../src/store/store.ts'
import {
  createRoom,
  endRoom,
  expire,
  heartbeat,
  join,
  leave,
  listed,
  present,
  sync,
  T0,
  update,
} from './commands.ts'

const OTHER_HOST = 'breakout.example.com'
const SILENT_HOST = 'silent.example.com'
const SECOND = 1_000
/** What a text may hold and a copy could spoil: quotes, backslashes, what SQL and JSON escape, four-byte characters. */
const NICKS = [
  'Ann',
  'Bён',
  "O'Neill",
  'a "b" \\n c',
  '🦊',
  '%s $1 :x ?',
  '\u2028',
  'ﬁ',
  '\\x00',
  'null',
  ' x ',
]

/** Each report comes with a key, as the Prosody module sends it. */
export async function fill(store: Store, rooms: number): Promise<void> {
  let now = T0
  const requests: Request[] = []
  const say = (command: Command, key: string | null = `key ${requests.length}`) => {
    now += SECOND
    requests.push({ command, receivedAt: now, key })
  }

  for (let n = 0; n < rooms; n += 1) {
    const jid = `room${n % 50}@conference.example.com`
    const session = `s${n}`
    say(createRoom({ session, jid, name: `room ${n}`, kind: n % 3 === 0 ? 'conference' : null }))
    for (let who = 0; who < 5; who += 1) {
      const nick = NICKS[(n + who) % NICKS.length] ?? ''
      say(
        join({
          roomJid: jid,
          jid: `u${who}@example.com/${nick}`,
          nick,
          avatar: who === 1 ? 'a'.repeat(2_000) : null,
        }),
      )
      if (who === 2)
        say(update({ roomJid: jid, jid: `u${who}@example.com/${nick}`, email: 'ben@example.com' }))
      // Said again, and unchanged: no event, but a later time of that field.
      if (who === 3) say(update({ roomJid: jid, jid: `u${who}@example.com/${nick}`, nick }))
      if (who < 3) say(leave({ roomJid: jid, jid: `u${who}@example.com/${nick}`, reason: 'left', at: now }))
    }
    // The others are superseded by the next session of the same JID, or still live at the end.
    if (n % 2 === 0) say(endRoom({ session, jid, reason: 'the "end"' }))
  }

  // What is refused counts and is remembered too.
  say(join({ roomJid: 'nowhere@conference.example.com' }))
  say(createRoom({ session: 's0' }))
  // A key that is read after the copy, and one without a command of its own.
  say(createRoom({ session: 'keyed', jid: `keyed@${OTHER_HOST}` }), 'the key')
  say(
    createRoom({ session: 'long', jid: `${'j'.repeat(1_000)}@${OTHER_HOST}`, parentJid: 'p'.repeat(3_071) }),
    null,
  )

  // A host that falls silent: ends are concluded, and some of the truth arrives later.
  for (const session of ['lost1', 'lost2', 'lost3']) {
    const jid = `${session}@${SILENT_HOST}`
    say(createRoom({ session, jid }))
    say(join({ roomJid: jid }))
  }
  say(heartbeat({ host: SILENT_HOST, rooms: 3, occupants: 3, at: now }))
  now += 1_000 * SECOND
  say(expire({ host: SILENT_HOST, silentSince: now - 900 * SECOND }), null)
  say(leave({ roomJid: `lost1@${SILENT_HOST}`, at: now - 950 * SECOND }))
  say(endRoom({ session: 'lost2', jid: `lost2@${SILENT_HOST}`, at: now - 940 * SECOND }))
  const back = listed({ session: 'lost3', jid: `lost3@${SILENT_HOST}`, occupants: [present()] })
  say(sync({ host: SILENT_HOST, bootId: 'boot2', rooms: [back] }))
  say(heartbeat({ host: OTHER_HOST, rooms: 7, occupants: 0 }))

  for (let from = 0; from < requests.length; from += 500) {
    await store.submitAll(requests.slice(from, from + 500))
  }
}
