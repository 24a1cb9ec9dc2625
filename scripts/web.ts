// npm run web: builds the dashboard into web/dist, with each file compressed beside it. `--if-missing` builds it once.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const WEB = join(import.meta.dirname, '../web')
const BUILT = join(WEB, 'dist')

if (process.argv.includes('--if-missing') && existsSync(join(BUILT, 'index.html'))) process.exit(0)
// An installation without what is needed to build runs without the page, or with the one that came with it.
const vite = await import('vite').catch(() => undefined)
if (!vite) {
  console.log('The dashboard is not built: vite is not installed.')
  process.exit(0)
}
await vite.build({ configFile: join(WEB, 'vite.config.ts'), logLevel: 'warn' })
for (const entry of readdirSync(BUILT, { recursive: true, withFileTypes: true })) {
  if (entry.isFile()) compress(join(entry.parentPath, entry.name))
}

function compress(file: string): void {
  const bytes = readFileSync(file)
  const hints = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: hints }))
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
}
