// Live: who is in which room now, or was at the instant of the time machine.
import { computed } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { ConnectPage } from '../connect/page.tsx'
import { param, setParams } from '../router.ts'
import { text } from '../strings.ts'
import { instant } from '../shell/clock.tsx'
import { VirtualList } from '../virtual.tsx'
import { Counters } from './counters.tsx'
import { connection, failed, followLive, hosts, live, outlined, readPast, version } from './feed.ts'
import { Hosts } from './hosts.tsx'
import { ordered, SORTS, type Sort } from './order.ts'
import { RoomPanel } from './panel.tsx'
import { RoomRow } from './row.tsx'
import { sizeOf } from './state.ts'

/** Of a row, px. */
const ROW = 52
/** How long the first event is celebrated, ms. */
const TURN = 3_000

const sort = computed<Sort>(() => SORTS.find((one) => one === param('sort')) ?? 'people')
const looked = computed(() => param('q'))
const order = computed(() => ordered(live.value, sort.value, looked.value))
const shown = computed(() => {
  // Read for its change alone.
  void version.value
  return order.value()
})

/** The bars are as long as the largest room allows; a few people are no full bar. */
const most = computed(() => shown.value.reduce((size, { room }) => Math.max(size, sizeOf(room)), 10))

export function LivePage() {
  const at = instant.value
  useEffect(() => {
    const over = new AbortController()
    void (at === null ? followLive(over.signal) : readPast(at, over.signal))
    return () => over.abort()
  }, [at])

  const nothing = at === null && hosts.value?.length === 0
  // The first event is seen to arrive before the page turns to what it tells.
  const [waited, setWaited] = useState(false)
  useEffect(() => {
    if (nothing) return setWaited(true)
    const turn = setTimeout(() => setWaited(false), TURN)
    return () => clearTimeout(turn)
  }, [nothing])
  if (nothing || (waited && at === null)) return <ConnectPage first />
  const open = param('room')
  return (
    <div class={open === '' ? 'live' : 'live with-room'}>
      <h1 class="visually-hidden">{text.live.title}</h1>
      <Counters />
      <section class="rooms" aria-label={text.live.list}>
        <Toolbar />
        <div class="head" aria-hidden="true">
          <span>{text.live.room}</span>
          <span class="number">{text.live.people}</span>
          <span class="number wide">{text.live.since}</span>
          <span class="number">{text.live.duration}</span>
        </div>
        <List />
      </section>
      <aside class="side">{open === '' ? <Hosts /> : <RoomPanel key={open} session={open} />}</aside>
    </div>
  )
}

function Toolbar() {
  return (
    <div class="toolbar">
      <label class="find">
        <span class="visually-hidden">{text.live.find}</span>
        <input
          type="search"
          value={looked.value}
          placeholder={text.live.find}
          onInput={({ currentTarget }) => setParams({ q: currentTarget.value }, { replace: true })}
        />
      </label>
      <label class="sort">
        <span>{text.live.sort}</span>
        <select
          value={sort.value}
          onChange={({ currentTarget }) =>
            setParams({ sort: currentTarget.value === 'people' ? null : currentTarget.value })
          }
        >
          {SORTS.map((one) => (
            <option key={one} value={one}>
              {text.live.sorts[one]}
            </option>
          ))}
        </select>
      </label>
      <span class="count" role="status">
        {outlined.value ? text.live.found(shown.value.length) : ''}
      </span>
    </div>
  )
}

function List() {
  if (failed.value && !outlined.value) return <p class="empty">{text.live.failed}</p>
  if (!outlined.value) return <p class="empty">{text.live.loading}</p>
  if (shown.value.length === 0) {
    const nobody = connection.value.state === 'past' ? text.live.nonePast : text.live.none
    return <p class="empty">{looked.value === '' ? nobody : text.live.nothing}</p>
  }
  return (
    <VirtualList
      items={shown.value}
      height={ROW}
      label={text.live.list}
      keyOf={({ room }) => room.session}
      render={(one) => <RoomRow shown={one} most={most.value} />}
    />
  )
}
