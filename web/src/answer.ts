// What the server is asked and has answered; the last answer stays while the next one is awaited.
import { useEffect, useState } from 'preact/hooks'
import { get, Refused } from './api.ts'
import { text } from './strings.ts'

export type Answer<T> = {
  value: T | undefined
  /** Whether `value` is the answer to what is asked now. */
  current: boolean
  /** Why there is none, in a sentence; empty while all is well. */
  problem: string
  again: () => void
}

/** `path`: null asks nothing. */
export function useAnswer<T>(path: string | null): Answer<T> {
  const [answer, setAnswer] = useState<{ path: string; value: T }>()
  const [problem, setProblem] = useState('')
  const [turn, setTurn] = useState(0)

  useEffect(() => {
    setProblem('')
    if (path === null) return
    const over = new AbortController()
    get<T>(path, over.signal).then(
      (value) => setAnswer({ path, value }),
      (error: unknown) => {
        if (!over.signal.aborted) setProblem(sentence(error))
      },
    )
    return () => over.abort()
  }, [path, turn])

  return {
    value: answer?.value,
    current: answer?.path === path,
    problem,
    again: () => setTurn(turn + 1),
  }
}

/** What the server says of the question itself is shown as it says it. */
function sentence(error: unknown): string {
  const refused = error instanceof Refused && (error.status === 404 || error.status === 422)
  return refused ? error.message : text.list.failed
}
