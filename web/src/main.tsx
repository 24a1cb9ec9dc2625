// Where the page begins: asks who is there, then draws. A server that does not answer yet is asked again.
import { render } from 'preact'
import { askWho } from './api.ts'
import { App } from './app.tsx'
import { followLinks } from './router.ts'
import './style.css'

/** Between two attempts, ms. */
const AGAIN = 2_000

followLinks()
const root = document.getElementById('app')
if (root) render(<App />, root)
await begin()

async function begin(): Promise<void> {
  for (;;) {
    try {
      await askWho()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN))
    }
  }
}
