// A login of the dashboard: a signed cookie that stands for the token it was opened with, and lets its holder read.
import { createHmac, hash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { Settings } from '../config.ts'

export type Session = {
  id: string
  access: 'read' | 'admin'
  /** Epoch ms. */
  expiresAt: number
}

export type Sessions = {
  /** The text of a cookie; undefined if the token opens nothing here. */
  open(token: string): { cookie: string; session: Session } | undefined
  /** The session of a request's Cookie header, while it lasts. */
  find(header: string | undefined): Session | undefined
  /** It opens nothing from now on, on this instance; on the others until it expires. */
  close(session: Session): void
  /** Calls `over` once, when the session expires or is closed here. Returns what makes it not call. */
  watch(session: Session, over: () => void): () => void
}

export const COOKIE = 'rollcall_session'
/** A working day and its evening. */
export const LIFETIME = 12 * 60 * 60 * 1_000
/** Closed sessions that are remembered at most; past it the oldest are forgotten. */
const CLOSED = 10_000
const FORM = new RegExp(`(?:^|; *)${COOKIE}=(\\d{13})\\.([\\w-]{22})\\.([\\w-]{43})(?:;|$)`)

/**
 * Nothing is stored: every instance with the same tokens knows the cookie, and none remembers it. Each token has a key of
 * its own, so that a token that is taken away takes its sessions with it, and no others.
 */
export function createSessions(
  { readTokens, adminTokens }: Pick<Settings, 'readTokens' | 'adminTokens'>,
  now: () => number,
): Sessions {
  const accounts = [
    ...adminTokens.map((token) => account(token, 'admin')),
    ...readTokens.map((token) => account(token, 'read')),
  ]
  const closed = new Set<string>()
  const closing = new EventEmitter().setMaxListeners(0)

  return {
    open(token) {
      const given = digest(token)
      const found = only(accounts, (known) => timingSafeEqual(known.digest, given))
      if (!found) return undefined
      const session = { id: randomBytes(16).toString('base64url'), expiresAt: now() + LIFETIME }
      const signed = `${session.expiresAt}.${session.id}`
      return {
        cookie: `${signed}.${sign(found.key, signed).toString('base64url')}`,
        session: { ...session, access: found.access },
      }
    },
    find(header) {
      const [, expires, id, signature] = FORM.exec(header ?? '') ?? []
      if (expires === undefined || id === undefined || signature === undefined) return undefined
      const given = Buffer.from(signature, 'base64url')
      const found = only(accounts, ({ key }) => timingSafeEqual(sign(key, `${expires}.${id}`), given))
      const expiresAt = Number(expires)
      if (!found || expiresAt <= now() || closed.has(id)) return undefined
      return { id, access: found.access, expiresAt }
    },
    close({ id }) {
      closed.add(id)
      const [oldest] = closed
      if (closed.size > CLOSED && oldest !== undefined) closed.delete(oldest)
      closing.emit(id)
    },
    watch({ id, expiresAt }, over) {
      const expiring = setTimeout(end, expiresAt - now())
      closing.once(id, end)
      function end(): void {
        leave()
        over()
      }
      function leave(): void {
        clearTimeout(expiring)
        closing.off(id, end)
      }
      return leave
    },
  }
}

/** Every one is compared, found or not. */
function only<T>(list: T[], fits: (one: T) => boolean): T | undefined {
  return list.reduce<T | undefined>((found, one) => (fits(one) ? one : found), undefined)
}

function account(token: string, access: Session['access']) {
  const key = Buffer.from(hkdfSync('sha256', token, '', 'rollcall session 1', 32))
  return { digest: digest(token), key, access }
}

function sign(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function digest(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
