// What a list is narrowed to besides what is typed: a host, a person.
import { useAnswer } from '../answer.ts'
import { href, param } from '../router.ts'
import { text } from '../strings.ts'
import { Choice } from './filters.tsx'

/** Where there is one host alone there is nothing to choose. */
export function HostChoice() {
  const { value } = useAnswer<{ hosts: { host: string }[] }>('/api/v1/hosts')
  const chosen = param('host')
  const known = value?.hosts.map(({ host }) => host) ?? []
  const hosts = known.includes(chosen) || chosen === '' ? known : [...known, chosen]
  if (hosts.length < 2 && chosen === '') return null
  const options = { '': text.history.hosts, ...Object.fromEntries(hosts.map((host) => [host, host])) }
  return <Choice name="host" label={text.history.host} options={options} />
}

export function PersonChip() {
  const id = param('person')
  const { value, problem } = useAnswer<{ name: string }>(
    id === '' ? null : `/api/v1/people/${encodeURIComponent(id)}`,
  )
  if (id === '') return null
  const name = problem === '' ? (value?.name ?? '…') : text.history.somebody
  return (
    <p class="chosen">
      <a
        class="chip strong"
        href={href('/history', { person: null })}
        aria-label={text.history.everybody(name)}
        title={text.history.everybody(name)}
      >
        <bdi>{text.history.with(name)}</bdi> ✕
      </a>
    </p>
  )
}
