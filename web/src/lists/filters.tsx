// Filters above a list; the address holds what they say.
import { param, setParams } from '../router.ts'

type FieldProps = { name: string; label: string }

export function TextFilter({ name, label, date = false }: FieldProps & { date?: boolean }) {
  const field = {
    value: param(name),
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      setParams({ [name]: currentTarget.value }, { replace: true }),
  }
  return (
    <label>
      {label}
      {date ? <input type="date" {...field} /> : <input type="search" {...field} />}
    </label>
  )
}

/** The first of the options is the one without a parameter. */
export function Choice({ name, label, options }: FieldProps & { options: Record<string, string> }) {
  const [first] = Object.keys(options)
  return (
    <label>
      {label}
      <select
        value={param(name) || first}
        onChange={({ currentTarget }) =>
          setParams({ [name]: currentTarget.value === first ? null : currentTarget.value })
        }
      >
        {Object.entries(options).map(([value, said]) => (
          <option key={value} value={value}>
            {said}
          </option>
        ))}
      </select>
    </label>
  )
}
