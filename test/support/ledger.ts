// A ledger without a store: the rules, and what they have decided so far.
import type { Command } from '../../src/ledger/command.ts'
import type { Decision } from '../../src/ledger/decision.ts'
import type { Logged } from '../../src/ledger/event.ts'
import type { Verdict } from '../../src/ledger/verdict.ts'
import { MemoryState } from './memory-state.ts'

export class Ledger {
  readonly state = new MemoryState()
  readonly decisions: Decision[] = []

  run(command: Command, receivedAt: number): Verdict {
    const decision = this.state.take(command, receivedAt)
    this.decisions.push(decision)
    return decision.verdict
  }

  get log(): Logged[] {
    return this.state.log
  }

  rooms() {
    return this.state.rooms.values().toArray()
  }

  stays() {
    return this.state.occupants.values().toArray()
  }
}
