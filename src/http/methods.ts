// 405 with Allow, for every path that exists under another method.
import type { FastifyInstance, HTTPMethods } from 'fastify'
import { send } from './errors.ts'

const METHODS: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Runs `addRoutes`, then gives each of their paths an answer under the methods that they left out. */
export function answerOtherMethods(app: FastifyInstance, addRoutes: () => void): void {
  const taken = new Map<string, Set<HTTPMethods>>()
  let adding = true
  app.addHook('onRoute', ({ url, method }) => {
    if (!adding) return
    const methods = taken.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    taken.set(url, methods)
  })
  addRoutes()
  adding = false
  for (const [url, methods] of taken) {
    const allow = [...methods].join(', ')
    app.route({
      method: METHODS.filter((method) => !methods.has(method)),
      url,
      config: { access: 'open' },
      handler: (_, reply) => send(reply.header('allow', allow), 405, 'unsupported', `use ${allow} here`),
    })
  }
}
