// What somebody came with: browser and system, out of the user agent.
import Bowser from 'bowser'

/** The browser with its major version, the system without one: newer user agents no longer say that truly. */
export type Client = { browser: string | null; system: string | null }

type Rule = { pattern: RegExp; name: string }

/** What Bowser takes for the browser that it is built on, or does not know. The first that fits counts. */
const BROWSERS: Rule[] = [
  // The recorder, and bots.
  { pattern: /HeadlessChrome/, name: 'Headless Chrome' },
  { pattern: /Jitsi[ -]?Meet.*Electron|Electron.*Jitsi[ -]?Meet/i, name: 'Jitsi Meet Electron' },
  // The applications for telephones, and what is made with their SDK.
  { pattern: /Jitsi[ -]?Meet/i, name: 'Jitsi Meet app' },
]

/** The system in the user agents of those applications. */
const SYSTEMS: Rule[] = [
  { pattern: /\bCFNetwork\b|\biOS\b/, name: 'iOS' },
  { pattern: /\bokhttp\b|\bAndroid\b/, name: 'Android' },
]

const KNOWN = new Set<string>(Object.values(Bowser.BROWSER_MAP))
/** Few user agents are many people's; reading one takes some 30 µs. Emptied when it holds so many. */
const SEEN = 1_000
const seen = new Map<string, Client>()

/** What is not known is null. */
export function clientOf(userAgent: string | null): Client {
  if (userAgent === null) return { browser: null, system: null }
  const known = seen.get(userAgent)
  if (known) return known
  const client = read(userAgent)
  if (seen.size >= SEEN) seen.clear()
  seen.set(userAgent, client)
  return client
}

function read(userAgent: string): Client {
  const { browser, os } = userAgent === '' ? { browser: {}, os: {} } : Bowser.parse(userAgent)
  return {
    browser: nameIn(BROWSERS, userAgent) ?? browserOf(browser),
    system: os.name ? os.name : nameIn(SYSTEMS, userAgent),
  }
}

/** Where it knows none, Bowser gives the first word for a name. */
function browserOf({ name, version }: { name?: string; version?: string }): string | null {
  if (name === undefined || !KNOWN.has(name)) return null
  const major = version?.split('.')[0]
  return major ? `${name} ${major}` : name
}

function nameIn(rules: Rule[], userAgent: string): string | null {
  return rules.find(({ pattern }) => pattern.test(userAgent))?.name ?? null
}
