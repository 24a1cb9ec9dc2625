// One GET: where it goes, who it comes from, and what becomes of a refusal.
import { errorOf } from './error.ts'
import { pause } from './pause.ts'

export type ClientOptions = {
  /** Where Rollcall is, as `https://rollcall.example.com`; a path before `/api` stands in it too. */
  url: string | URL
  /** A read token or an admin token, where the server has them. */
  token?: string
  /** How often a read is asked again while the server is busy; 3 unless told otherwise. */
  retries?: number
  /** Instead of the global one. */
  fetch?: typeof globalThis.fetch
}

type Value = string | number | boolean | Date
export type Query = Record<string, Value | readonly string[] | undefined>
export type CallOptions = { signal?: AbortSignal | undefined; headers?: Record<string, string> }

/** Resolves with an answer that is a success. Throws RollcallError, and whatever fetch throws. */
export type Call = (path: string, query: Query, options?: CallOptions) => Promise<Response>

/** The longest that is waited at the server's wish, seconds. */
const LONGEST_WAIT = 30

export function createCall({ url, token, retries = 3, fetch = globalThis.fetch }: ClientOptions): Call {
  const base = `${url}`.replace(/\/*$/, '/')
  return async (path, query, { signal, headers } = {}) => {
    const target = new URL(path, base)
    for (const [name, value] of Object.entries(query)) {
      for (const one of [value].flat()) if (one !== undefined) target.searchParams.append(name, textOf(one))
    }
    for (let attempt = 0; ; attempt += 1) {
      const answer = await fetch(target, {
        headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
        ...(signal && { signal }),
      })
      if (answer.ok) return answer
      const error = await errorOf(answer)
      if (answer.status !== 503 || attempt >= retries) throw error
      await pause(waitOf(answer) * 1_000, signal)
    }
  }
}

function textOf(value: Value): string {
  return value instanceof Date ? value.toISOString() : String(value)
}

/** Retry-After in seconds; a server that does not say gets one. */
function waitOf({ headers }: Response): number {
  const said = Number(headers.get('retry-after') ?? 1)
  return Number.isFinite(said) ? Math.min(Math.max(said, 0), LONGEST_WAIT) : 1
}
