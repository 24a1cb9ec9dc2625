// What the rules say to a command: the verdict, and what has happened by it.
import type { LedgerEvent } from './event.ts'
import type { Host } from './host.ts'
import type { Confirmed } from './updating.ts'
import type { Verdict } from './verdict.ts'

export type Decision = {
  verdict: Verdict
  /** To be applied in order and numbered from the state's lastSeq on. Only success has any. */
  events: LedgerEvent[]
  confirmed?: Confirmed
  /** What is known of the host from now on, where that is another than before. */
  host?: Host
}
