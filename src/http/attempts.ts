// How often somebody may try a token: failures are counted, of one address and of all, a minute long.
import { isIPv6 } from 'node:net'

const WINDOW = 60_000
/** Of one address: enough for a person who cannot find the right token. */
const OF_ONE = 10
/** Of all addresses; with it the list of them is bounded too. It can keep a person out for a minute, and no session. */
const OF_ALL = 300

export type Attempts = {
  /** Seconds until this address may try again; 0: now. */
  wait(address: string): number
  failed(address: string): void
}

export function createAttempts(now: () => number): Attempts {
  let begun = now()
  let all = 0
  const failures = new Map<string, number>()

  function turn(): void {
    if (now() - begun < WINDOW && now() >= begun) return
    begun = now()
    all = 0
    failures.clear()
  }

  return {
    wait(address) {
      turn()
      const tooMany = all >= OF_ALL || (failures.get(network(address)) ?? 0) >= OF_ONE
      return tooMany ? Math.ceil((begun + WINDOW - now()) / 1_000) : 0
    },
    failed(address) {
      turn()
      all += 1
      failures.set(network(address), (failures.get(network(address)) ?? 0) + 1)
    },
  }
}

/** Whoever has one IPv6 address has the 2^64 beside it: of those the first four of eight groups count. */
function network(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [before = [], after = []] = address.split('::').map((part) => part.split(':'))
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  const groups = address.includes('::') ? [...before, ...zeros, ...after] : before
  return groups
    .slice(0, 4)
    .map((group) => parseInt(group || '0', 16))
    .join(':')
}
