// What the clients did and saw: every stay with what is certain about it. The ledger is held against this.
import type { Role } from '../e2e/record.ts'

/** One run of Prosody. `asked` is the instant before it was told to end, `seen` when it was seen to be gone. */
export type Life = { how: 'kill' | 'stop' | null; asked: number; seen: number }

export type Stay = {
  room: string
  jid: string
  /** When the join was sent, and when the room confirmed it; null: it never did, so it may not have happened. */
  asked: number
  seen: number | null
  life: Life
  /** The id that the room has for its meeting, as the room told it. */
  meeting: string | null
  nick: string
  role: Role
  /** When it was asked to end: by itself or by a kick. */
  goodbye: number | null
  end: { by: 'presence' | 'cut' | 'prosody'; asked: number; seen: number } | null
  /** Somebody else saw it go. */
  noticed: boolean
}

export class Truth {
  readonly stays: Stay[] = []
  readonly lives: Life[] = []

  toJSON(): object {
    return {
      lives: this.lives,
      stays: this.stays.map((stay) => ({ ...stay, life: this.lives.indexOf(stay.life) })),
    }
  }

  /** Prosody starts, or starts again. */
  begin(): void {
    this.lives.push({ how: null, asked: Infinity, seen: Infinity })
  }

  get life(): Life {
    return this.lives.at(-1) as Life
  }

  latest(room: string, jid: string): Stay | undefined {
    return this.stays.findLast((stay) => stay.room === room && stay.jid === jid)
  }
}

/** When it ended: between these two instants, as far as anyone can tell. */
export function endOf({ end, goodbye, life }: Stay): { asked: number; seen: number } | null {
  if (end?.by !== 'prosody') return end
  return { asked: Math.min(goodbye ?? life.asked, life.asked), seen: life.seen }
}

/** Prosody was gone before it can have told of the end. */
export function mayBeInferred({ seen, end, noticed, life }: Stay): boolean {
  if (!end) return false
  // While Prosody stops it still lets people in for a while, and then ends without a word about them.
  if (life.how !== 'kill') return end.by === 'prosody' && (seen ?? Infinity) > life.asked
  // A cut that nobody saw may have come too late for Prosody to notice.
  return end.by === 'prosody' || (end.by === 'cut' && !noticed && life.asked - end.asked < 1_000)
}
