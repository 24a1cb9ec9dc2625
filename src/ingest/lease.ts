// Ends what is live on hosts that have fallen silent: the one command that nobody sends.
import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Host } from '../ledger/host.ts'
import type { IngestOptions } from './options.ts'

export type LeaseOptions = IngestOptions & {
  logger: Logger
  /** How long a host may be silent, ms. */
  lostAfter: number
}

/** How often it is looked, ms: an end is put at the last sign of life however late it is noticed. */
const LONGEST_PAUSE = 10_000

/** Looks until the signal says stop. Silence counts only while this server could have heard something. */
export async function watchLeases(options: LeaseOptions, signal: AbortSignal): Promise<void> {
  const { now, lostAfter } = options
  const interval = Math.min(LONGEST_PAUSE, lostAfter / 4)
  let listeningSince = now()
  let lastLook = now()
  while (await passes(interval, signal)) {
    // The machine slept, or the process was stopped: senders get their time again.
    if (now() - lastLook > interval * 3) listeningSince = now()
    lastLook = now()
    try {
      // While nothing can be stored nothing is heard either.
      await options.store.ready()
      const silentSince = lastLook - lostAfter
      if (silentSince >= listeningSince) await expire(options, silentSince)
    } catch (error) {
      listeningSince = now()
      options.logger.warn({ err: error }, 'could not look for silent hosts')
    }
  }
}

async function expire({ store, now, logger }: LeaseOptions, silentSince: number): Promise<void> {
  const silent = (await store.hosts()).filter((host) => isExpired(host, silentSince))
  for (const { name: host, liveRooms, liveOccupants } of silent) {
    const command = { type: 'expire' as const, host, silentSince }
    const answer = await store.submit({ command, receivedAt: now(), key: null })
    if (answer !== 'success') continue
    logger.warn(
      { host, liveRooms, liveOccupants },
      'the host has fallen silent; what was live on it has ended as lost',
    )
  }
}

/** The rule itself stands in the ledger; this spares the writer those that it would not concern. */
function isExpired({ heartbeatAt, contactAt, liveRooms }: Host, silentSince: number): boolean {
  return heartbeatAt !== null && contactAt <= silentSince && liveRooms > 0
}

async function passes(interval: number, signal: AbortSignal): Promise<boolean> {
  await pause(interval, undefined, { signal, ref: false }).catch(() => {})
  return !signal.aborted
}
