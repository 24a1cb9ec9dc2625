// How the ledger judges a command. A verdict is a value; an exception means that nothing was decided.
import type { Command } from './command.ts'

/** The verdicts each command can meet; only `success` changes anything, the others name why nothing did. */
type Verdicts = {
  'create-room': 'success' | 'duplicate'
  'end-room': 'success' | 'duplicate' | 'no-room'
  join: 'success' | 'duplicate' | 'no-room'
  update: 'success' | 'no-occupant'
  leave: 'success' | 'no-occupant'
}

export type VerdictOf<C extends Command> = Verdicts[C['type']]
export type Verdict = VerdictOf<Command>
