// 405 with Allow, for every path that exists under another method.
import { METHODS } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { send } from './errors.ts'

/** Runs `addRoutes`, then gives each of their paths an answer under the methods that they left out. */
export function answerOtherMethods(app: FastifyInstance, addRoutes: () => void): void {
  const taken = new Map<string, Set<string>>()
  let adding = true
  app.addHook('onRoute', ({ url, method }) => {
    if (!adding) return
    const methods = taken.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    taken.set(url, methods)
  })
  addRoutes()
  adding = false
  // CONNECT asks for a tunnel and never reaches a route.
  const known = METHODS.filter((method) => method !== 'CONNECT')
  for (const method of known) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  for (const [url, methods] of taken) {
    const allow = [...methods].join(', ')
    app.route({
      method: known.filter((method) => !methods.has(method)),
      url,
      config: { access: 'open' },
      // Before the body is read: it cannot change the answer.
      onRequest: (_, reply) =>
        void send(reply.header('allow', allow), 405, 'unsupported', `use ${allow} here`),
      handler: () => {},
    })
  }
}
