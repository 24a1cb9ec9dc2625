// The page: who may see it, and what stands where.
import type { ComponentType } from 'preact'
import { session } from './api.ts'
import { ConnectPage } from './connect/page.tsx'
import { InsightPage } from './insight/page.tsx'
import { HistoryPage } from './lists/history.tsx'
import { PeoplePage } from './lists/people.tsx'
import { LivePage } from './live/page.tsx'
import { MeetingPage } from './meeting/page.tsx'
import { Login } from './login.tsx'
import { PersonPage } from './person/page.tsx'
import { href, path } from './router.ts'
import { PastBanner } from './shell/clock.tsx'
import { Header, type Tab } from './shell/header.tsx'
import { text } from './strings.ts'

/** A page with a name stands in the header. The server has to know its path too: PAGES in src/http/web.ts. */
const PAGES: { path: string; name?: string; page: ComponentType }[] = [
  { path: '/', name: text.tabs.live, page: LivePage },
  { path: '/history', name: text.tabs.history, page: HistoryPage },
  { path: '/people', name: text.tabs.people, page: PeoplePage },
  { path: '/meeting', page: MeetingPage },
  { path: '/insight', name: text.tabs.insight, page: InsightPage },
  { path: '/person', page: PersonPage },
  { path: '/connect', page: () => <ConnectPage /> },
]

const tabs: Tab[] = PAGES.flatMap(({ path, name }) => (name === undefined ? [] : [{ path, name }]))

export function App() {
  const known = session.value
  if (known === undefined) return null
  if (known.login && known.access === null) return <Login />
  const Page = PAGES.find((one) => one.path === path.value)?.page ?? Missing
  return (
    <>
      <a class="skip" href="#main">
        {text.skip}
      </a>
      <Header tabs={tabs} />
      <PastBanner />
      <main id="main" tabIndex={-1}>
        <Page />
      </main>
    </>
  )
}

function Missing() {
  return (
    <div class="connect">
      <h1>{text.missing.title}</h1>
      <a href={href('/')}>{text.missing.back}</a>
    </div>
  )
}
