// A short list of shares: a name, a bar, a number. The bar only repeats the number.
export type Bar = { name: string; count: number; said?: string }

type Props = { label: string; head: string; unit: string; bars: Bar[] }

export function Bars({ label, head, unit, bars }: Props) {
  const most = Math.max(1, ...bars.map(({ count }) => count))
  return (
    <table class="bars">
      <caption class="visually-hidden">{label}</caption>
      <thead>
        <tr>
          <th scope="col">{head}</th>
          <td aria-hidden="true" />
          <th scope="col" class="number">
            {unit}
          </th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ name, count, said }) => (
          <tr key={name}>
            <th scope="row">
              <bdi>{name}</bdi>
            </th>
            <td class="extent" aria-hidden="true">
              <span style={{ width: `${(count / most) * 100}%` }} />
            </td>
            <td class="number">
              {count.toLocaleString('en')}
              {said !== undefined && ' '}
              {said !== undefined && <span class="share">{said}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
