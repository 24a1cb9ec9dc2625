// How the ledger judges a command. A verdict is a value; an exception means that nothing was decided.
import type { Command, Report } from './command.ts'

/** The verdicts each command can meet; only `success` changes the books, the others name why nothing did. */
type Verdicts = {
  'create-room': 'success' | 'duplicate'
  'end-room': 'success' | 'duplicate' | 'no-room'
  join: 'success' | 'duplicate' | 'no-room'
  update: 'success' | 'no-occupant'
  leave: 'success' | 'no-occupant'
  heartbeat: { inSync: boolean }
  sync: Repairs | 'foreign-session'
  expire: 'success' | 'alive'
  tell: 'success' | 'told-otherwise'
}

/** What a snapshot had to change, so that the ledger agrees with it. */
export type Repairs = {
  roomsCreated: number
  roomsEnded: number
  occupantsJoined: number
  occupantsLeft: number
}

export type VerdictOf<C extends Command> = Verdicts[C['type']]
export type Verdict = VerdictOf<Command>
export type ReportVerdict = VerdictOf<Report>
