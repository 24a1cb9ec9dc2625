// Waits until all has been told: nothing waits in the module, and the server knows itself to be in sync.
import { BREAKOUT, CONFERENCE } from '../e2e/prosody.ts'
import { until } from '../e2e/until.ts'
import type { Site } from './site.ts'

const PATIENCE = 30_000
/** Where the actors go; the others have no rooms. */
const HOSTS = [CONFERENCE, BREAKOUT]

type Host = { host: string; inSync: boolean; silent: boolean; lastHeartbeat: string }

/** What is still not right when patience is over. */
export async function quiet(site: Site): Promise<string[]> {
  try {
    await site.prosody.idle()
    const before = new Map((await hosts(site.url)).map(({ host, lastHeartbeat }) => [host, lastHeartbeat]))
    await until('every host is heard once more, in sync', () => inSync(site.url, before), PATIENCE)
    await site.prosody.idle()
    return []
  } catch (error) {
    return [`sync: ${String(error)}: ${JSON.stringify(await hosts(site.url))}`]
  }
}

async function inSync(url: string, before: Map<string, string>): Promise<boolean> {
  const now = await hosts(url)
  return HOSTS.every((name) => {
    const host = now.find((candidate) => candidate.host === name)
    return host?.inSync && !host.silent && host.lastHeartbeat !== before.get(name)
  })
}

async function hosts(url: string): Promise<Host[]> {
  const answer = await fetch(`${url}/api/v1/hosts`)
  return ((await answer.json()) as { hosts: Host[] }).hosts
}
