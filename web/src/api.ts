// Asks the server: JSON in, JSON out. Where the session has ended, the page goes back to the login.
import { signal } from '@preact/signals'

export type Session = {
  /** Whether reads need a token. */
  login: boolean
  access: 'read' | 'admin' | null
  ingestToken: boolean | null
}

export class Refused extends Error {
  override name = 'Refused'
  readonly status: number
  readonly retryAfter: string

  constructor(status: number, message: string, retryAfter = '') {
    super(message)
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** Undefined until the server has said it. */
export const session = signal<Session | undefined>(undefined)

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, signal ? { signal } : {})
}

/** Every page of a list, as they come: the next is asked for while one is used. */
export async function* pagesOf<T extends { next: string | null }>(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const ask = (cursor: string) => get<T>(`${path}&limit=1000${cursor}`, signal)
  let asked: Promise<T> | undefined = ask('')
  while (asked) {
    const page: T = await asked
    asked = page.next === null ? undefined : ask(`&cursor=${encodeURIComponent(page.next)}`)
    // Who stops before it has come is not told how it ended.
    asked?.catch(() => {})
    yield page
  }
}

export async function askWho(): Promise<void> {
  session.value = await ask<Session>('/api/v1/session', {})
}

export async function logIn(token: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  session.value = await ask<Session>('/api/v1/session', {
    method: 'POST',
    headers,
    body: JSON.stringify({ token }),
  })
}

export async function logOut(): Promise<void> {
  session.value = await ask<Session>('/api/v1/session', { method: 'DELETE' })
}

/** What a 401 on a read means: the session is over. */
export function sessionEnded(): void {
  if (session.value) session.value = { ...session.value, access: null }
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const answer = await fetch(path, init)
  // What was cut off, or is no longer wanted, is no answer: this throws.
  if (answer.ok) return (await answer.json()) as T
  if (answer.status === 401 && init.method === undefined) sessionEnded()
  const body: unknown = await answer.json().catch(() => ({}))
  const { message } = body as { message?: string }
  throw new Refused(answer.status, message ?? answer.statusText, answer.headers.get('retry-after') ?? '')
}
