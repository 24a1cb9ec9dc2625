// 405 with Allow, for every path that exists under another method.
import { METHODS } from 'node:http'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { send } from './errors.ts'

/** Gives the path of each route an answer under the methods that it was left without. */
export function answerOtherMethods(app: FastifyInstance, routes: RouteOptions[]): void {
  const taken = new Map<string, Set<string>>()
  for (const { url, method } of routes) {
    const methods = taken.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    taken.set(url, methods)
  }
  // CONNECT asks for a tunnel and never reaches a route.
  const known = METHODS.filter((method) => method !== 'CONNECT')
  for (const method of known) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  for (const [url, methods] of taken) {
    const allow = [...methods].join(', ')
    app.route({
      method: known.filter((method) => !methods.has(method)),
      url,
      config: { access: 'open', describes: [] },
      // Before the body is read: it cannot change the answer.
      onRequest: (_, reply) =>
        void send(reply.header('allow', allow), 405, 'unsupported', `use ${allow} here`),
      handler: () => {},
    })
  }
}
