// What the parts of the server tell each other through Fastify's request, reply and route.
import type { Operation } from '../operation.ts'
import type { Access } from './auth.ts'
import type { Session } from './session.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. */
    access: Access
    /** Its part of the document; more than one where a wildcard serves several paths. */
    describes: Operation[]
    /** The 422 body of the contract for this route; without it the body says what was wrong. */
    invalid?: string
  }
  interface FastifyRequest {
    /** The login by which it may read, where that is what lets it in. */
    session: Session | undefined
  }
  interface FastifyReply {
    /** How the request was judged, for the metrics: a verdict, or the status word of an error. */
    verdict: string
  }
}
