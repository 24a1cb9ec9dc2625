// Who is under an address in a room: Live knows people by that, and the server says who it is.
import { useEffect, useState } from 'preact/hooks'
import type { Occupant } from '../../../src/client/types.ts'
import { pagesOf } from '../api.ts'
import { href, navigate, param } from '../router.ts'
import { text } from '../strings.ts'

type Page = { occupants: Occupant[]; next: string | null }

export function Resolve() {
  const [session, jid] = [param('session'), param('jid')]
  const [said, setSaid] = useState(text.list.loading)

  useEffect(() => {
    if (session === '' || jid === '') return setSaid(text.person.unasked)
    const over = new AbortController()
    personAt(session, jid, over.signal).then(
      (id) => {
        if (id === null) setSaid(text.person.gone)
        else navigate(href('/person', { id, session: null, jid: null }), { replace: true })
      },
      () => {
        if (!over.signal.aborted) setSaid(text.list.failed)
      },
    )
    return () => over.abort()
  }, [session, jid])

  return (
    <div class="list">
      <div class="foot">
        <p role="status">{said}</p>
        <a href={href('/people')}>{text.person.back}</a>
      </div>
    </div>
  )
}

/** Of their latest stay there. */
async function personAt(session: string, jid: string, over: AbortSignal): Promise<string | null> {
  const path = `/api/v1/occupants?session=${encodeURIComponent(session)}&service=false`
  let found: string | null = null
  for await (const { occupants } of pagesOf<Page>(path, over)) {
    found = occupants.findLast((one) => one.jid === jid)?.person ?? found
  }
  return found
}
