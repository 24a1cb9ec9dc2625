// Every setting: its name, its default, what it means, and what it refuses. Read once, at start.
import { BlockList, isIP } from 'node:net'
import { LOG_LEVELS, type LogLevel } from './ops/log.ts'
import { isPostgres, nameOf } from './store/open.ts'

type Setting<T> = {
  /** The environment variable; the flag of the same name is `--port` for ROLLCALL_PORT. */
  env: `ROLLCALL_${string}`
  default: string
  /** What it is called in `--help`, with its unit. */
  value: string
  doc: string
  /** Its value is never shown. */
  secret?: true
  /** Throws SettingError with the rest of the sentence `ROLLCALL_PORT must be …`. */
  parse(text: string): T
}

/** A setting that cannot be used. The message names it and says why, without the value of a secret. */
export class SettingError extends Error {
  override name = 'SettingError'
}

export const settings = {
  host: setting({
    env: 'ROLLCALL_HOST',
    default: '127.0.0.1',
    value: 'address',
    doc: 'Address to listen on. Any but a loopback address needs an ingest and a read token.',
    parse: (text) => text,
  }),
  port: setting({
    env: 'ROLLCALL_PORT',
    default: '8484',
    value: 'number',
    doc: 'TCP port to listen on; 0 takes a free one.',
    parse: wholeNumber(0, 65_535),
  }),
  database: setting({
    env: 'ROLLCALL_DATABASE',
    default: './data/rollcall.db',
    value: 'file',
    doc: 'SQLite file that holds the ledger, created if missing; its folder must exist. Or postgres://user@host/name.',
    parse: database,
  }),
  schema: setting({
    env: 'ROLLCALL_SCHEMA',
    default: 'rollcall',
    value: 'name',
    doc: 'PostgreSQL schema that holds the ledger, created if missing. Has no effect on SQLite.',
    parse: identifier,
  }),
  ingestTokens: setting({
    env: 'ROLLCALL_INGEST_TOKEN',
    default: '',
    value: 'tokens',
    doc: 'Tokens that may write and not read, separated by commas so that one can replace another.',
    secret: true,
    parse: tokens,
  }),
  readTokens: setting({
    env: 'ROLLCALL_READ_TOKEN',
    default: '',
    value: 'tokens',
    doc: 'Tokens that may read and not write, separated by commas.',
    secret: true,
    parse: tokens,
  }),
  adminTokens: setting({
    env: 'ROLLCALL_ADMIN_TOKEN',
    default: '',
    value: 'tokens',
    doc: 'Tokens that may do both, separated by commas.',
    secret: true,
    parse: tokens,
  }),
  trustedProxies: setting({
    env: 'ROLLCALL_TRUSTED_PROXIES',
    default: '',
    value: 'addresses',
    doc: 'Reverse proxies whose X-Forwarded-For is believed: addresses or CIDR ranges, separated by commas.',
    parse: addresses,
  }),
  queueLimit: setting({
    env: 'ROLLCALL_QUEUE_LIMIT',
    default: '10000',
    value: 'commands',
    doc: 'Commands that may wait for a commit; past it the answer is 503 busy.',
    parse: wholeNumber(1, 1_000_000),
  }),
  lease: setting({
    env: 'ROLLCALL_LEASE',
    default: '90',
    value: 'seconds',
    doc: 'How long a host that sends heartbeats may be quiet before it is shown as silent.',
    parse: wholeNumber(1, 86_400),
  }),
  lostAfter: setting({
    env: 'ROLLCALL_LOST_AFTER',
    default: '900',
    value: 'seconds',
    doc: 'How long such a host may be quiet before its rooms end as lost. Not less than the lease.',
    parse: wholeNumber(1, 604_800),
  }),
  streamLimit: setting({
    env: 'ROLLCALL_STREAM_LIMIT',
    default: '2000',
    value: 'streams',
    doc: 'Event streams that may be open at once; past it the answer is 503 busy.',
    parse: wholeNumber(0, 100_000),
  }),
  streamBuffer: setting({
    env: 'ROLLCALL_STREAM_BUFFER',
    default: '1024',
    value: 'KiB',
    doc: 'A reader of the stream that leaves more KiB than this unread is cut off.',
    parse: wholeNumber(1, 1_048_576),
  }),
  streamHeartbeat: setting({
    env: 'ROLLCALL_STREAM_HEARTBEAT',
    default: '15',
    value: 'seconds',
    doc: 'After how many quiet seconds a stream sends a sign of life. Less than the idle timeout of any proxy.',
    parse: wholeNumber(1, 3_600),
  }),
  reportLimit: setting({
    env: 'ROLLCALL_REPORT_LIMIT',
    default: '32',
    value: 'reports',
    doc: 'Reports on attendance that may be made and sent at once; past it the answer is 503 busy.',
    parse: wholeNumber(1, 10_000),
  }),
  logLevel: setting({
    env: 'ROLLCALL_LOG_LEVEL',
    default: 'info',
    value: 'level',
    doc: `How much is logged: ${LOG_LEVELS.join(', ')}.`,
    parse: oneOf<LogLevel>(LOG_LEVELS),
  }),
}

export type Settings = { [name in keyof typeof settings]: ReturnType<(typeof settings)[name]['parse']> }

/** Reads every setting from `env`. Empty counts as not set. Throws SettingError for the first that cannot be used. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const read = Object.entries(settings).map(([name, setting]) => [name, parse(setting, env)])
  const found = Object.fromEntries(read) as Settings
  refuseOpenDoor(found)
  if (found.lostAfter < found.lease) {
    throw new SettingError(`${settings.lostAfter.env} must not be less than ${settings.lease.env}`)
  }
  return found
}

/** Variables that look like settings and are none: most likely misspelt. */
export function unknownSettings(env: NodeJS.ProcessEnv): string[] {
  const known = new Set<string>(Object.values(settings).map((setting) => setting.env))
  return Object.keys(env).filter((name) => name.startsWith('ROLLCALL_') && !known.has(name))
}

function parse(setting: Setting<unknown>, env: NodeJS.ProcessEnv): unknown {
  try {
    return setting.parse(env[setting.env]?.trim() || setting.default)
  } catch (error) {
    if (error instanceof SettingError) throw new SettingError(`${setting.env} must be ${error.message}`)
    throw error
  }
}

function refuseOpenDoor({ host, ingestTokens, readTokens }: Settings): void {
  if (isLoopback(host)) return
  const missing = [
    ...(ingestTokens.length === 0 ? [settings.ingestTokens.env] : []),
    ...(readTokens.length === 0 ? [settings.readTokens.env] : []),
  ]
  if (missing.length === 0) return
  throw new SettingError(
    `${settings.host.env} is ${host}, which others can reach, so ${missing.join(' and ')} must be set too. ` +
      'A good token: openssl rand -hex 32',
  )
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

function isLoopback(host: string): boolean {
  const family = isIP(host)
  return family === 0 ? host === 'localhost' : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

function setting<T>(described: Setting<T>): Setting<T> {
  return described
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : NaN
    if (number >= min && number <= max) return number
    throw new SettingError(`a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`)
  }
}

function oneOf<T extends string>(values: readonly T[]): (text: string) => T {
  return (text) => {
    const value = values.find((one) => one === text)
    if (value !== undefined) return value
    throw new SettingError(`one of ${values.join(', ')}, not ${JSON.stringify(text)}`)
  }
}

function database(text: string): string {
  if (/^[a-z]+:\/\//i.test(text) && !/^postgres(ql)?:\/\//.test(text)) {
    throw new SettingError('a file path for SQLite, or an address that begins with postgres://')
  }
  // What is read wrongly would show up in messages, and with it a part of the password.
  if (isPostgres(text)) readAddress(text)
  return text
}

function readAddress(url: string): void {
  const misread = new SettingError(
    'an address as postgres://user:password@host:port/name, with / ? # @ : and % of a password written ' +
      '%2F %3F %23 %40 %3A %25',
  )
  if (/^[^:]+:..[^/?#]*[/?#].*@/.test(url)) throw misread
  try {
    nameOf({ database: url, schema: '' })
  } catch (error) {
    // Certificates and keys that it names are read with it.
    const { code, syscall, path } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw misread
    throw new SettingError(`an address whose files can be read; ${path ?? 'one of them'} cannot: ${code}`)
  }
}

function identifier(text: string): string {
  if (/^[a-z_][a-z0-9_]{0,49}$/.test(text) && !text.startsWith('pg_')) return text
  throw new SettingError('up to 50 lower-case letters, digits and _, not beginning with a digit or pg_')
}

function tokens(text: string): string[] {
  const list = commaSeparated(text)
  // RFC 6750, section 2.1: what an Authorization header can carry.
  if (list.some((token) => !/^[\w\-.~+/]+=*$/.test(token))) {
    throw new SettingError('tokens of letters, digits and -._~+/ alone, separated by commas')
  }
  return list
}

function addresses(text: string): string[] {
  const list = commaSeparated(text)
  for (const address of list) {
    const [ip = '', bits, ...rest] = address.split('/')
    const width = isIP(ip) === 6 ? 128 : 32
    const wellFormed = bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= width)
    if (isIP(ip) === 0 || !wellFormed || rest.length > 0) {
      throw new SettingError(
        `addresses or CIDR ranges, separated by commas; ${JSON.stringify(address)} is neither`,
      )
    }
  }
  return list
}

function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
