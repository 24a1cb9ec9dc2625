// What is put to the test: a real server in a process of its own, a line to it, a real Prosody; and how to break
// each of them.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve, type Running } from '../support/process.ts'
import { startProsody, type Prosody } from '../e2e/prosody.ts'
import { clockOff } from './clock.ts'
import type { Fault, Plan } from './plan.ts'
import { Random } from '../support/random.ts'
import type { Truth } from './truth.ts'
import { startWire, type Wire } from './wire.ts'

/** Seconds; small, so that what takes minutes in production happens within one run. */
const MODULE = [
  'rollcall_timeout = 2',
  'rollcall_retry_max = 1',
  'rollcall_heartbeat = 1',
  'rollcall_stop_wait = 1',
]

export class Site {
  prosody!: Prosody
  readonly folder: string
  readonly #plan: Plan
  readonly #truth: Truth
  #server: Running | undefined
  #wire!: Wire
  #serverLog = ''
  /** What happens to one process happens one after another. */
  readonly #turn = { server: Promise.resolve(), prosody: Promise.resolve() }
  readonly notes: string[] = []

  constructor(plan: Plan, truth: Truth, folder: string) {
    this.#plan = plan
    this.#truth = truth
    this.folder = folder
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, 0o755)
  }

  get url(): string {
    return this.#server?.url ?? ''
  }

  async start(): Promise<void> {
    this.#wire = await startWire(new Random(this.#plan.seed + 0x5eed))
    await this.#startServer()
    this.#truth.begin()
    this.prosody = await startProsody({
      url: this.#wire.url,
      settings: MODULE,
      globals: ['fixture_tell_meeting = true'],
      environment: (outside, inside) => clockOff(this.#plan.clock.prosody, outside, inside),
    })
  }

  /** Carries out the faults of the plan, and returns when all is as it should be again. */
  async suffer(start: number): Promise<void> {
    await Promise.all(
      this.#plan.faults.map(async (fault) => {
        await sleep(Math.max(0, start + fault.at - Date.now()))
        await this.#happen(fault)
      }),
    )
    await Promise.all(Object.values(this.#turn))
    this.#wire.turn(null)
  }

  async stop(): Promise<void> {
    await this.prosody?.dispose()
    await this.#endServer('SIGTERM')
    await this.#wire?.stop()
  }

  writeLogs(): void {
    writeFileSync(join(this.folder, 'prosody.log'), this.prosody?.log() ?? '')
    writeFileSync(join(this.folder, 'server.log'), this.#serverLog + (this.#server?.output() ?? ''))
  }

  #happen(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'server-kill':
      case 'server-stop':
        return this.#next('server', async () => {
          await this.#endServer(fault.kind === 'server-kill' ? 'SIGKILL' : 'SIGTERM')
          await sleep(fault.down)
          await this.#startServer()
          await sleep(fault.up)
        })
      case 'prosody-kill':
      case 'prosody-stop':
        return this.#next('prosody', async () => {
          await this.#endProsody(fault.kind === 'prosody-kill' ? 'kill' : 'stop', fault.down)
          await sleep(fault.up)
        })
      case 'reload':
        return this.#next('prosody', () => this.#reload(fault.host))
      case 'weather':
      case 'blackout':
        this.#wire.turn(fault.weather)
        return sleep(fault.lasts).then(() => this.#wire.turn(null))
    }
  }

  #next(whose: 'server' | 'prosody', act: () => Promise<void>): Promise<void> {
    return (this.#turn[whose] = this.#turn[whose].then(act))
  }

  async #startServer(): Promise<void> {
    const settings = {
      ROLLCALL_DATABASE: join(this.folder, 'rollcall.db'),
      ROLLCALL_LOG_LEVEL: 'debug',
      ROLLCALL_LEASE: '2',
      ROLLCALL_LOST_AFTER: `${this.#plan.lostAfter}`,
    }
    const clock = clockOff(this.#plan.clock.server, this.folder)
    // It dies with this process, however that ends.
    this.#server = await serve({ ...settings, ...clock }, ['setpriv', '--pdeathsig=KILL', '--'])
    this.#wire.aim(Number(new URL(this.#server.url).port))
  }

  async #endServer(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const server = this.#server
    this.#wire.aim(null)
    server?.child.kill(signal)
    const code = await server?.exited
    if (signal === 'SIGTERM' && code !== 0) this.notes.push(`the server ended with ${code}`)
    this.#serverLog += server?.output() ?? ''
    this.#server = undefined
  }

  async #endProsody(how: 'kill' | 'stop', down: number): Promise<void> {
    const { life } = this.#truth
    life.asked = Date.now()
    life.how = how
    await this.prosody[how]()
    life.seen = Date.now()
    await sleep(down)
    this.#truth.begin()
    await this.prosody.start()
  }

  async #reload(host: string): Promise<void> {
    const said = await this.prosody.shell(`module:reload("rollcall", "${host}")`)
    if (!said.includes('OK')) this.notes.push(`reload: ${said}`)
  }
}
