// Where the demo goes: a server that runs, or the database itself through the same API without a server.
import { readSettings, SettingError } from '../../config.ts'

export type Target = {
  /** Where it goes, for people to read. */
  name: string
  /** The JSON of an answer. Throws SettingError with what to do if it is no 200. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Record<string, unknown>>
  close(): Promise<void>
}

/** How long a server may take to say that it is there, and how long for a batch, ms. */
const KNOCK = 1_000
const PATIENCE = 60_000

type Flags = { url?: string | undefined; token?: string | undefined }

/** Without a URL: the server that the settings name if it runs, else their database. */
export async function openTarget({ url, token }: Flags): Promise<Target> {
  if (url !== undefined) return server(url, () => token)
  const settings = readSettings(process.env)
  const local = `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${settings.port}`
  const [admin, ingest, read] = [settings.adminTokens[0], settings.ingestTokens[0], settings.readTokens[0]]
  const tokenFor = (method: string) => token ?? admin ?? (method === 'GET' ? read : ingest)
  if (await answers(local)) return server(local, tokenFor)

  // A server that runs needs none of this here, and it takes half a second to load.
  const [{ buildApp, VIEWS }, { createLogger }, { openStore }] = await Promise.all([
    import('../../http/app.ts'),
    import('../../ops/log.ts'),
    import('../../store/open.ts'),
  ])
  const logger = createLogger('silent')
  const store = await openStore({
    ...settings,
    views: VIEWS,
    onLost: (error) => {
      throw error
    },
  })
  const app = buildApp({ settings, store, logger })
  return {
    name: `the database ${settings.database.replace(/:\/\/.*@/, '://')}`,
    async call(method, path, body) {
      const found = tokenFor(method)
      const headers = { host: 'localhost', ...(found && { authorization: `Bearer ${found}` }) }
      const answer = await app.inject({
        method,
        url: path,
        headers,
        ...(body !== undefined && { payload: body as object }),
      })
      return understand(answer.statusCode, answer.body, method, path)
    },
    async close() {
      await app.close()
      await store.close()
    },
  }
}

function server(url: string, tokenFor: (method: string) => string | undefined): Target {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new SettingError('--url must be http://… or https://…')
  const base = url.replace(/\/+$/, '')
  return {
    name: base,
    async call(method, path, body) {
      const token = tokenFor(method)
      const headers: Record<string, string> = { ...(token && { authorization: `Bearer ${token}` }) }
      if (body !== undefined) headers['content-type'] = 'application/json'
      const init = { method, headers, signal: AbortSignal.timeout(PATIENCE) }
      const answer = await fetch(
        base + path,
        body === undefined ? init : { ...init, body: JSON.stringify(body) },
      ).catch((error: Error) => {
        throw new SettingError(
          `${base} does not answer: ${((error.cause as Error | undefined) ?? error).message}`,
        )
      })
      return understand(answer.status, await answer.text(), method, path)
    },
    close: async () => {},
  }
}

function understand(status: number, text: string, method: string, path: string): Record<string, unknown> {
  if (status === 200) {
    try {
      return JSON.parse(text) as Record<string, unknown>
    } catch {
      throw new SettingError(`${method} ${path} was answered with no JSON: is that a Rollcall server?`)
    }
  }
  if (status === 401)
    throw new SettingError(`${method} ${path} needs a token: give an admin token as --token`)
  throw new SettingError(`${method} ${path} was answered ${status}: ${text.slice(0, 200)}`)
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(KNOCK) })
    return answer.ok && (await answer.text()).includes('"alive"')
  } catch {
    return false
  }
}
