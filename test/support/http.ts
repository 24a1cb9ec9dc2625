// A raw HTTP client: sends path, headers and body exactly as given, one connection a request.
import { request } from 'node:http'
import { checkAnswer } from './document.ts'

export type RawRequest = {
  method: string
  /** The request target, byte for byte. */
  path: Uint8Array
  headers: Record<string, string>
  body?: Uint8Array | undefined
  /** Sends the body in chunks, without a content-length. */
  chunked?: boolean | undefined
}

export type RawAnswer = { status: number; headers: Record<string, string>; body: string }

const patience = 10_000

/** Resolves with the answer, also when the server closes before it has read the whole body. */
export function exchange(server: URL, raw: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: server.hostname.replace(/^\[|\]$/g, ''),
      port: server.port,
      agent: false,
      method: raw.method,
      // node:http writes the head as latin1, so that each of these characters is one byte.
      path: Buffer.from(raw.path).toString('latin1'),
      headers: { ...raw.headers, ...framing(raw) },
      timeout: patience,
    })
    outgoing.on('error', reject)
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${patience} ms`)))
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      outgoing.removeListener('error', reject)
      outgoing.on('error', () => {})
      incoming.on('error', reject)
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const answer = {
          status: incoming.statusCode ?? 0,
          headers: joined(incoming.headersDistinct),
          body: Buffer.concat(chunks).toString('utf8'),
        }
        try {
          const path = Buffer.from(raw.path).toString('latin1')
          checkAnswer(server.origin, { ...answer, method: raw.method, path })
          resolve(answer)
        } catch (error) {
          reject(error)
        }
      })
    })
    outgoing.end(raw.body)
  })
}

function framing(raw: RawRequest): Record<string, string> {
  if (raw.chunked) return { 'Transfer-Encoding': 'chunked' }
  return raw.body === undefined ? {} : { 'Content-Length': String(raw.body.byteLength) }
}

function joined(headers: NodeJS.Dict<string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, (values ?? []).join(', ')]),
  )
}
