// How to connect a Prosody: the first page where nothing has arrived yet, and there again later.
import { signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { get, session } from '../api.ts'
import { href } from '../router.ts'
import { text } from '../strings.ts'
import { stepsFor, WAYS, type Way } from './steps.ts'

const way = signal<Way>('debian')
/** How often it is looked for the first event, ms. */
const LOOK = 2_000

export function ConnectPage({ first = false }: { first?: boolean }) {
  const token = session.value?.ingestToken === true
  return (
    <div class="connect">
      <h1>{text.connect.title}</h1>
      <p class="lead">{first ? text.connect.intro : text.connect.more}</p>
      <Pulse />
      <Tabs />
      <div role="tabpanel" id="steps" aria-labelledby={`way-${way.value}`}>
        <ol>
          {stepsFor(way.value, location.origin, token).map(({ what, code }) => (
            <li key={what}>
              {what}
              <Copyable code={code} />
            </li>
          ))}
        </ol>
        {token && <p class="hint">{text.connect.token('ROLLCALL_INGEST_TOKEN')}</p>}
        {isLoopback() && <p class="hint">{text.connect.local}</p>}
      </div>
      <section class="demo">
        <h2>{text.connect.demo}</h2>
        <p>{text.connect.demoHint}</p>
        <Copyable
          code={
            'npx node src/cli/main.ts simulate --days 7 --live\nnpx node src/cli/main.ts simulate --remove'
          }
        />
      </section>
    </div>
  )
}

function Pulse() {
  const [arrived, setArrived] = useState(false)
  useEffect(() => {
    const over = new AbortController()
    const look = () =>
      get<{ events: unknown[] }>('/api/v1/events?limit=1', over.signal).then(
        ({ events }) => setArrived(events.length > 0),
        () => {},
      )
    void look()
    const timer = setInterval(() => void look(), LOOK)
    return () => {
      clearInterval(timer)
      over.abort()
    }
  }, [])
  return (
    <p class={arrived ? 'pulse arrived' : 'pulse'} role="status">
      <span class="beat" aria-hidden="true" />
      {arrived ? text.connect.arrived : text.connect.waiting}
      {arrived && (
        <a class="button" href={href('/')}>
          {text.connect.open}
        </a>
      )}
    </p>
  )
}

/** Arrow keys move between tabs, as the ARIA practices have it. */
function Tabs() {
  function move(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    way.value = WAYS[(WAYS.indexOf(way.value) + step + WAYS.length) % WAYS.length] as Way
    document.getElementById(`way-${way.value}`)?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label={text.connect.tablist} onKeyDown={move}>
      {WAYS.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          id={`way-${one}`}
          aria-selected={way.value === one}
          aria-controls="steps"
          tabIndex={way.value === one ? 0 : -1}
          onClick={() => void (way.value = one)}
        >
          {text.connect.tabs[one]}
        </button>
      ))}
    </div>
  )
}

function Copyable({ code }: { code: string }) {
  const [copied, setCopied] = useState(false)
  // Only secure pages have a clipboard; elsewhere the lines are selected by hand.
  const can = window.isSecureContext
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(code)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <div class="code">
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
      {can && (
        <button type="button" onClick={() => void copy()}>
          {copied ? text.connect.copied : text.connect.copy}
        </button>
      )}
    </div>
  )
}

function isLoopback(): boolean {
  return /^(localhost|127\.|\[::1\])/.test(location.hostname)
}
