// The login, where reads need a token.
import { signal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { logIn, Refused } from './api.ts'
import { Mark } from './shell/header.tsx'
import { text } from './strings.ts'

const problem = signal('')
const busy = signal(false)

export function Login() {
  const token = useRef<HTMLInputElement>(null)

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    busy.value = true
    problem.value = ''
    try {
      await logIn(token.current?.value.trim() ?? '')
    } catch (error) {
      problem.value = sentence(error)
      token.current?.select()
    }
    busy.value = false
  }

  return (
    <main class="login">
      <form onSubmit={(event) => void submit(event)}>
        <p class="brand">
          <Mark />
          {text.product}
        </p>
        <h1>{text.login.title}</h1>
        <label>
          {text.login.token}
          <input
            type="password"
            ref={token}
            autoComplete="current-password"
            required
            aria-describedby="token-hint"
          />
        </label>
        <p id="token-hint" class="hint">
          {text.login.hint}
        </p>
        {problem.value !== '' && (
          <p role="alert" class="problem">
            {problem.value}
          </p>
        )}
        <button type="submit" class="primary" disabled={busy.value}>
          {text.login.button}
        </button>
      </form>
    </main>
  )
}

function sentence(error: unknown): string {
  if (!(error instanceof Refused)) return text.login.failed
  return error.status === 429 ? text.login.wait(error.retryAfter) : text.login.wrong
}
