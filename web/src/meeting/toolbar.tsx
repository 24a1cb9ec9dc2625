// Above the timeline: whom to find, in which order, and what the bars show.
import { setParams } from '../router.ts'
import { text } from '../strings.ts'
import { Legend } from './legend.tsx'
import { SORTS } from './people.ts'
import { crowd, looked, shown, sort } from './state.ts'

export function Toolbar() {
  const all = crowd.value.people.length
  const count = shown.value.length
  return (
    <div class="toolbar">
      <label class="find">
        <span class="visually-hidden">{text.meeting.find}</span>
        <input
          type="search"
          value={looked.value}
          placeholder={text.meeting.find}
          onInput={({ currentTarget }) => setParams({ q: currentTarget.value }, { replace: true })}
        />
      </label>
      <label class="sort">
        <span>{text.meeting.sort}</span>
        <select
          value={sort.value}
          onChange={({ currentTarget }) =>
            setParams({ sort: currentTarget.value === 'first' ? null : currentTarget.value })
          }
        >
          {SORTS.map((one) => (
            <option key={one} value={one}>
              {text.meeting.sorts[one]}
            </option>
          ))}
        </select>
      </label>
      <span class="count" role="status">
        {count === all ? text.meeting.people(all) : text.meeting.found(count, all)}
      </span>
      <Legend />
    </div>
  )
}
