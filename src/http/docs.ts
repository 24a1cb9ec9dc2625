// The API's document, for programs and, as a page, for people. Neither holds data, so both are for everyone.
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { json, type Operation } from '../operation.ts'
import { notFound } from './errors.ts'

/** `document` gives the JSON of the document; it is not asked before all routes are there. */
export function docsRoutes(app: FastifyInstance, document: () => string): void {
  app.get(
    '/api/v1/openapi.json',
    { config: { access: 'open', describes: [getDocument] } },
    async (_, reply) => {
      return reply.type('application/json; charset=utf-8').send(document())
    },
  )

  app.get('/docs', { config: { access: 'open', describes: [getPage] } }, async (_, reply) => {
    return reply
      .type('text/html; charset=utf-8')
      .headers({ ...SAFE, 'content-security-policy': POLICY })
      .send(PAGE)
  })

  const config = { access: 'open' as const, describes: [getFile] }
  app.get<{ Params: { file: string } }>('/docs/:file', { config }, async ({ params }, reply) => {
    const type = TYPES.get(params.file)
    if (type === undefined) return notFound(reply)
    const file = params.file === START ? START_SCRIPT : await readFile(swaggerUi(params.file))
    return reply
      .type(type)
      .headers({ ...SAFE, 'cache-control': 'max-age=86400' })
      .send(file)
  })
}

/** Swagger UI as its Fastify plugin carries it; the package swagger-ui-dist reports its installation to a third party. */
function swaggerUi(file: string): URL {
  return new URL(import.meta.resolve(`@fastify/swagger-ui/static/${file}`))
}

/** Files are what they say they are, whatever a browser makes of their bytes. */
const SAFE = { 'x-content-type-options': 'nosniff' }
/** Nothing from other sites, and no request to them. */
const POLICY =
  "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

const START = 'start.js'
const TYPES = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
  [START, 'text/javascript; charset=utf-8'],
])

// Paths are relative, so that the page works below a path of a reverse proxy too.
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Rollcall API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<div id="api"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/${START}"></script>
</html>
`
const START_SCRIPT = `SwaggerUIBundle({ dom_id: '#api', url: 'api/v1/openapi.json', deepLinking: true, validatorUrl: null })\n`

const getDocument: Operation = {
  id: 'getDocument',
  tag: 'Server',
  summary: 'This document',
  answers: { 200: json('OpenAPI 3.1.', Type.Unsafe<object>({ type: 'object' })) },
}

const getPage: Operation = {
  id: 'getPage',
  tag: 'Server',
  summary: 'This document as a page',
  answers: { 200: { description: 'The page.', content: { 'text/html': Type.String() } } },
}

const getFile: Operation = {
  id: 'getPageFile',
  tag: 'Server',
  summary: 'A file of that page',
  params: Type.Object({ file: Type.Enum([...TYPES.keys()]) }),
  answers: {
    200: {
      description: 'The file.',
      content: Object.fromEntries(
        [...TYPES.values()].map((type) => [type.split(';', 1)[0] ?? type, Type.String()]),
      ),
    },
    404: json(
      'There is no such file.',
      Type.Object({ status: Type.Literal('not-found'), message: Type.String() }),
    ),
  },
}
