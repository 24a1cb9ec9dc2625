// The MUC hosts: whether each speaks, and whether the ledger agrees with it.
import { DEMO_HOST } from '../../../src/ledger/demo.ts'
import { href } from '../router.ts'
import { instant } from '../shell/clock.tsx'
import { text } from '../strings.ts'
import { durationOf, now } from '../time.tsx'
import { hosts, type Host } from './feed.ts'

export function Hosts() {
  return (
    <section class="panel hosts" aria-labelledby="hosts-title">
      <header>
        <h2 id="hosts-title">{instant.value === null ? text.hosts.title : text.hosts.titlePast}</h2>
      </header>
      <ul>
        {(hosts.value ?? []).map((host) => (
          <HostItem key={host.host} host={host} />
        ))}
      </ul>
      <a class="quiet" href={href('/connect')}>
        {text.hosts.connect}
      </a>
    </section>
  )
}

function HostItem({ host }: { host: Host }) {
  const demo = host.host === DEMO_HOST
  const { state, mark, label } = stateOf(host)
  const ago = durationOf(now.value - Date.parse(host.lastContact))
  return (
    <li>
      <span class="title">
        <bdi>{host.host}</bdi>
        {demo && <span class="chip neutral">{text.hosts.demo}</span>}
        {!(demo && host.silent === null) && (
          <span class={`chip ${state}`}>
            <span aria-hidden="true">{mark}</span> {label}
          </span>
        )}
      </span>
      <span class="detail">
        {text.hosts.load(host.rooms, host.occupants)} · {text.hosts.heard(ago)}
      </span>
    </li>
  )
}

function stateOf({ silent, inSync }: Host): { state: string; mark: string; label: string } {
  if (silent === true) return { state: 'bad', mark: '✕', label: text.hosts.silent }
  if (silent === null) return { state: 'neutral', mark: '○', label: text.hosts.unknown }
  return inSync === true
    ? { state: 'good', mark: '✓', label: text.hosts.inSync }
    : { state: 'warn', mark: '!', label: text.hosts.outOfSync }
}
