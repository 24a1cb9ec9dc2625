// A list that is read page by page: the first when the question changes, another when it is asked for.
import { useEffect, useState } from 'preact/hooks'
import { get } from '../api.ts'
import { text } from '../strings.ts'

export type Pages<T> = {
  items: T[]
  /** Undefined when all of them are here. */
  more: (() => void) | undefined
  state: 'loading' | 'here' | 'failed'
}

const LIMIT = 100
/** While somebody types, the question is asked this long after the last key, ms. */
const TYPING = 150

/** `path` with its parameters; `name` of the list in the answer. */
export function usePages<T>(path: string, name: string): Pages<T> {
  const [read, setRead] = useState<{ items: T[]; next: string | null }>({ items: [], next: null })
  const [state, setState] = useState<Pages<T>['state']>('loading')
  const [turn, setTurn] = useState(0)

  async function load(after: string | null, before: T[], over?: AbortSignal): Promise<void> {
    setState('loading')
    const cursor = after === null ? '' : `&cursor=${encodeURIComponent(after)}`
    try {
      const page = await get<Record<string, unknown>>(`${path}&limit=${LIMIT}${cursor}`, over)
      setRead({ items: [...before, ...(page[name] as T[])], next: page['next'] as string | null })
      setState('here')
    } catch {
      if (!over?.aborted) setState('failed')
    }
  }

  useEffect(() => {
    const over = new AbortController()
    const timer = setTimeout(() => void load(null, [], over.signal), TYPING)
    return () => {
      clearTimeout(timer)
      over.abort()
    }
  }, [path, turn])

  const next = () => void load(read.next, read.items)
  const again = () => setTurn(turn + 1)
  return {
    items: read.items,
    more: state === 'failed' ? again : read.next === null ? undefined : next,
    state,
  }
}

/** What stands below a list: nothing found, still reading, or more to come. */
export function Foot({ pages: { items, more, state }, none }: { pages: Pages<unknown>; none: string }) {
  return (
    <div class="foot">
      <p role="status">
        {state === 'loading' && text.list.loading}
        {state === 'failed' && text.list.failed}
        {state === 'here' && items.length === 0 && none}
      </p>
      {more && state !== 'loading' && (
        <button type="button" onClick={more}>
          {state === 'failed' ? text.list.again : text.list.more}
        </button>
      )}
    </div>
  )
}
