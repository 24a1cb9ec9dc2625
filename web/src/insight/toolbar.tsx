// Chooses the range: by a name or by two dates. Takes the host away again.
import { href, param, setParams } from '../router.ts'
import { text } from '../strings.ts'
import { dateOf, PRESETS } from './range.ts'
import { view } from './view.ts'
import { zone } from './words.ts'

export function Toolbar() {
  const { preset, from, to } = view.value
  const [first, last] = [dateOf(from), dateOf(to - 1)]
  const { insight } = text
  const choose = (from: string, to: string) => {
    // A year that is being typed begins with zeros.
    if (from < '1970' || to < '1970') return
    setParams({ range: null, from, to })
  }
  const host = param('host')
  return (
    <div class="range">
      <nav class="presets" aria-label={insight.range}>
        {PRESETS.map((name) => (
          <a
            key={name}
            href={href('/insight', { range: name, from: null, to: null })}
            aria-current={preset === name ? 'true' : undefined}
          >
            {insight.presets[name]}
          </a>
        ))}
      </nav>
      <label>
        {insight.firstDay}
        <input
          type="date"
          value={first}
          max={dateOf(Date.now())}
          onChange={({ currentTarget: { value } }) => choose(value, value > last ? value : last)}
        />
      </label>
      <label>
        {insight.lastDay}
        <input
          type="date"
          value={last}
          max={dateOf(Date.now())}
          onChange={({ currentTarget: { value } }) => choose(value < first ? value : first, value)}
        />
      </label>
      {host !== '' && (
        <a class="chip strong" href={href('/insight', { host: null })} aria-label={insight.groups.all(host)}>
          <bdi>{host}</bdi> ✕
        </a>
      )}
      <span class="hint zone">{insight.zone(zone)}</span>
    </div>
  )
}
