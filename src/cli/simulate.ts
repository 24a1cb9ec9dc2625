// rollcall simulate: a believable day of meetings, for looking around. All of it is on a host of its own and goes with
// one command.
import { Command, InvalidArgumentError, Option } from 'commander'
import { DEMO_HOST } from '../ledger/demo.ts'
import { count, createProgress } from './progress.ts'
import { planDays, playOn, sendAll } from './simulate/play.ts'
import { openTarget, type Target } from './simulate/target.ts'

type Flags = {
  days: number
  seed: number
  speed: number
  live?: true
  remove?: true
  url?: string
  token?: string
}

export function simulateCommand(): Command {
  return new Command('simulate')
    .description(
      `Write a demo: believable meetings of yesterday and of today up to now, all on the host ${DEMO_HOST}. Goes to ` +
        'the server that the settings name or, while it does not run, to their database.',
    )
    .addOption(
      new Option('--days <number>', 'how many days before today; today up to now comes with them')
        .argParser(whole(1, 366))
        .default(1),
    )
    .option('--live', 'go on as time goes on, until it is stopped')
    .addOption(
      new Option('--speed <factor>', 'with --live, how fast time goes').argParser(whole(1, 3_600)).default(1),
    )
    .addOption(
      new Option('--seed <number>', 'another number, other meetings').argParser(whole(0, 999_999)).default(1),
    )
    .option('--url <url>', 'the server, instead of the one that the settings name')
    .option('--token <token>', 'a token that may write; an admin token may do all')
    .addOption(
      new Option('--remove', 'remove the demo, all of it, and nothing else').conflicts(['live', 'days']),
    )
    .action(simulate)
}

async function simulate(flags: Flags): Promise<void> {
  const target = await openTarget(flags)
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  try {
    process.stderr.write(`to ${target.name}\n`)
    await (flags.remove ? remove(target) : write(target, flags, stopping.signal))
  } finally {
    await target.close()
  }
}

async function remove(target: Target): Promise<void> {
  const { rooms, stays, events } = await target.call('DELETE', '/api/v1/demo')
  const removed = `${count(Number(rooms))} rooms, ${count(Number(stays))} stays, ${count(Number(events))} events`
  process.stdout.write(`Removed the demo: ${removed}.\n`)
}

async function write(target: Target, { days, seed, live, speed }: Flags, signal: AbortSignal): Promise<void> {
  const now = Date.now()
  const known = await lastHeard(target)
  const today = new Date(now)
  // At one in the morning today alone would be an empty page.
  const first = new Date(today.getFullYear(), today.getMonth(), today.getDate() - days)
  const past = planDays(seed, first, today).filter(({ at }) => at <= now)
  const progress = createProgress(process.stderr, 'reports')
  const unknown = past.filter(({ at }) => at > known)
  const sent = await sendAll(target, unknown, { progress, signal })
  process.stdout.write(
    `Wrote ${count(sent.calls)} reports of ${days === 1 ? 'a day' : `${days} days`} and of today, ${count(sent.refused)} refused. ` +
      'Remove them with: rollcall simulate --remove\n',
  )
  if (!live || signal.aborted) return
  process.stdout.write('Going on until it is stopped with Ctrl-C.\n')
  await playOn(target, { seed, before: past, from: now, speed, signal })
}

/** It goes on where an earlier run ended. Who may not read begins at the beginning, and what is known is refused. */
async function lastHeard(target: Target): Promise<number> {
  const answer = await target.call('GET', '/api/v1/hosts').catch(() => undefined)
  const hosts = (answer?.['hosts'] ?? []) as { host: string; lastContact: string }[]
  const demo = hosts.find(({ host }) => host === DEMO_HOST)
  return demo ? Date.parse(demo.lastContact) : 0
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN
    if (number >= min && number <= max) return number
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}
