// The clock in the header is a time machine: pick an instant, and Live shows the server as it was then.
import { computed, signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { param, setParams } from '../router.ts'
import { text } from '../strings.ts'
import { dayOf, now, secondsOf } from '../time.tsx'

/** The instant that is looked at, epoch ms; null: the present. */
export const instant = computed(() => {
  const at = Date.parse(param('at'))
  return Number.isNaN(at) ? null : at
})

/** What "so far" means on this page: the present, or the instant that is looked at. */
export const reference = computed(() => instant.value ?? now.value)

const refused = signal(false)

export function Clock() {
  const dialog = useRef<HTMLDialogElement>(null)
  const shown = instant.value === null ? secondsOf(now.value) : dayOf(instant.value)
  return (
    <>
      <button
        type="button"
        class={instant.value === null ? 'clock' : 'clock past'}
        title={text.clock.button}
        onClick={() => dialog.current?.showModal()}
      >
        <span class="visually-hidden">{text.clock.button}: </span>
        <span aria-hidden="true" class="hand">
          ◷
        </span>
        {shown}
      </button>
      <dialog ref={dialog} aria-labelledby="clock-title" onClose={() => void (refused.value = false)}>
        <Form close={() => dialog.current?.close()} />
      </dialog>
    </>
  )
}

function Form({ close }: { close: () => void }) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (input.current) input.current.value = localMinute(instant.value ?? Date.now() - 3_600_000)
  }, [instant.value])

  function go(event: Event): void {
    event.preventDefault()
    const at = new Date(input.current?.value ?? '').getTime()
    refused.value = Number.isNaN(at) || at > Date.now()
    if (refused.value) return
    setParams({ at: new Date(at).toISOString(), room: null })
    close()
  }

  return (
    <form onSubmit={go}>
      <h2 id="clock-title">{text.clock.title}</h2>
      <label>
        {text.clock.label}
        <input type="datetime-local" ref={input} required />
      </label>
      {refused.value && <p role="alert">{text.clock.future}</p>}
      <div class="actions">
        <button type="submit" class="primary">
          {text.clock.go}
        </button>
        <button
          type="button"
          onClick={() => {
            setParams({ at: null })
            close()
          }}
        >
          {text.clock.now}
        </button>
        <button type="button" onClick={close}>
          {text.room.close}
        </button>
      </div>
    </form>
  )
}

export function PastBanner() {
  if (instant.value === null) return null
  return (
    <div class="banner" role="status">
      <span>{text.clock.banner(dayOf(instant.value))}</span>
      <button type="button" onClick={() => setParams({ at: null })}>
        {text.clock.now}
      </button>
    </div>
  )
}

/** As the input wants it: in the viewer's zone, without one. */
function localMinute(time: number): string {
  const offset = new Date(time).getTimezoneOffset() * 60_000
  return new Date(time - offset).toISOString().slice(0, 16)
}
