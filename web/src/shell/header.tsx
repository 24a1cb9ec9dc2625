// The head of every page: where one is, whether the page is current, and what time it is.
import { logOut, session } from '../api.ts'
import { connection } from '../live/feed.ts'
import { href, path } from '../router.ts'
import { text } from '../strings.ts'
import { secondsOf } from '../time.tsx'
import { Clock } from './clock.tsx'

export type Tab = { path: string; name: string }

export function Header({ tabs }: { tabs: Tab[] }) {
  return (
    <header class="top">
      <a class="brand" href={href('/', { room: null, q: null })}>
        <Mark />
        {text.product}
      </a>
      <nav aria-label={text.navigation}>
        {tabs.map((tab) => (
          <a key={tab.path} href={href(tab.path)} aria-current={path.value === tab.path ? 'page' : undefined}>
            {tab.name}
          </a>
        ))}
      </nav>
      <ConnectionState />
      <Clock />
      {session.value?.access && (
        <button type="button" class="quiet" onClick={() => void logOut()}>
          {text.login.out}
        </button>
      )}
    </header>
  )
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M7 10h9M7 16h18M7 22h8" />
      <circle cx="23" cy="10" r="3" />
    </svg>
  )
}

function ConnectionState() {
  const current = connection.value
  if (path.value !== '/') return <span class="connection" />
  const said =
    current.state === 'lost' ? text.connection.lost(secondsOf(current.since)) : text.connection[current.state]
  return (
    <span class={`connection is-${current.state}`} role="status">
      <span class="dot" aria-hidden="true" />
      {said}
    </span>
  )
}
