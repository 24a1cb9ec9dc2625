// Answers the way clients are shown them, written where they were read.
import type { Views } from './store.ts'

/** `now`: until when what goes on is looked at, epoch ms. */
export type Asked = { name: keyof Views; query: unknown; now: number }
type View = (answer: unknown, query: unknown, now: number) => unknown

const utf8 = new TextEncoder()

/** `url` is that of a module that exports `views`. Without one nothing can be shown. */
export async function loadViews(url: string | undefined) {
  const { views } = (url === undefined ? { views: {} } : await import(url)) as { views: Record<string, View> }

  return (answer: unknown, { name, query, now }: Asked): Uint8Array<ArrayBuffer> | null => {
    const view = views[name]
    if (!view) throw new Error(`the store was opened without a view of ${name}`)
    return answer === null ? null : utf8.encode(JSON.stringify(view(answer, query, now)))
  }
}
