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

/** Every page of a list, as they come. */
export async function* pagesOf<T extends { next: string | null }>(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<T> {
  let next: string | null = null
  do {
    const page: T = await get<T>(
      `${path}&limit=1000${next === null ? '' : `&cursor=${encodeURIComponent(next)}`}`,
      signal,
    )
    yield page
    next = page.next
  } while (next !== null)
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
  // An answer that breaks off is none.
  if (answer.ok) return (await answer.json()) as T
  if (answer.status === 401 && init.method === undefined) sessionEnded()
  const { message } = (await answer.json().catch(() => ({}))) as { message?: string }
  throw new Refused(answer.status, message ?? answer.statusText, answer.headers.get('retry-after') ?? '')
}
