// A meeting of any size, said to a store as Prosody would say it.
import type { Command } from '../src/ledger/command.ts'
import type { Store } from '../src/store/store.ts'

const PART = 500

/**
 * Adds a meeting under this session that has ended and had so many stays: everybody has an account, one in three came
 * twice, joining and leaving within an hour.
 */
export async function addMeeting(store: Store, session: string, stays: number): Promise<void> {
  const roomJid = `${session}@conference.meet.example.com`
  const begun = Date.parse('2026-06-01T09:00:00Z')
  const after = (seconds: number) => begun + seconds * 1_000
  const people = Math.ceil((stays * 2) / 3)
  const comings = Array.from({ length: stays }, (_, n): Command[] => {
    const who = n % people
    const jid = `person${who}@meet.example.com/tab${n}`
    const joinedAt = after((n * 7) % 600)
    const said = {
      nick: `Person ${who}`,
      email: null,
      userId: `user-${who}`,
      avatar: null,
      userAgent: null,
      ip: null,
    }
    return [
      { type: 'join', jid, roomJid, role: 'participant', ...said, at: joinedAt },
      { type: 'leave', jid, roomJid, reason: 'left', at: joinedAt + 1_800_000 },
    ]
  })
  const commands: Command[] = [
    {
      type: 'create-room',
      session,
      jid: roomJid,
      name: session,
      kind: 'conference',
      parentJid: null,
      at: begun,
    },
    ...comings.flat(),
    { type: 'end-room', session, jid: roomJid, reason: null, at: after(3_600) },
  ]
  for (let from = 0; from < commands.length; from += PART) {
    const part = commands.slice(from, from + PART)
    await store.submitAll(part.map((command) => ({ command, receivedAt: after(3_600), key: null })))
  }
}
