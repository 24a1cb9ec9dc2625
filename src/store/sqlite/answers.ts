// Answers kept under their Idempotency-Key, in the same transaction as what they did.
import type { Command } from '../../ledger/command.ts'
import { fingerprint, KEY_LIFETIME } from '../fingerprint.ts'
import type { Answer } from '../store.ts'
import type { Db } from './open.ts'

/** Expired answers deleted in one commit at most: 2,000 take about 2 ms, and no commit adds as many. */
const SWEEP = 2_000

/** `answer` is JSON. */
type Kept = { id: number; fingerprint: Buffer; answer: string; receivedAt: number }

export function createAnswers(db: Db) {
  const find = db.prepare<[string], Kept>(
    'select id, fingerprint, answer, received_at as receivedAt from answers where key = ?',
  )
  const insert = db.prepare('insert into answers (key, fingerprint, answer, received_at) values (?, ?, ?, ?)')
  const remove = db.prepare('delete from answers where id = ?')
  const oldest = db.prepare<[], number>('select received_at from answers order by id limit 1').pluck()
  const sweep = db.prepare(
    'delete from answers where id in (select id from answers order by id limit ?) and received_at < ?',
  )

  return {
    /** The first answer under this key, `key-reused` if that was another request, undefined if it is new. */
    find(key: string, command: Command, now: number): Answer | undefined {
      const kept = find.get(key)
      if (!kept) return undefined
      if (kept.receivedAt < now - KEY_LIFETIME) {
        remove.run(kept.id)
        return undefined
      }
      return kept.fingerprint.equals(fingerprint(command))
        ? (JSON.parse(kept.answer) as Answer)
        : 'key-reused'
    },

    keep(key: string, command: Command, answer: Answer, now: number): void {
      insert.run(key, fingerprint(command), JSON.stringify(answer), now)
    },

    /** Deletes some of what has expired at `now`; once a commit, so that the table never needs a pause. */
    sweep(now: number): void {
      const expired = now - KEY_LIFETIME
      if ((oldest.get() ?? Infinity) < expired) sweep.run(SWEEP, expired)
    },
  }
}
