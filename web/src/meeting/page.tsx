// Meeting: one meeting from its beginning to its end, who was there when, and who was there for long enough.
import { useLayoutEffect } from 'preact/hooks'
import { param, setParams } from '../router.ts'
import { instant } from '../shell/clock.tsx'
import { text } from '../strings.ts'
import { AttendanceTable } from './attendance.tsx'
import { Head } from './head.tsx'
import './meeting.css'
import { read, watchMeeting } from './read.ts'
import { forget } from './spot.ts'
import { Timeline } from './timeline.tsx'

export function MeetingPage() {
  const session = param('session')
  const at = instant.value
  // Before anything is drawn: what was read of another meeting is not this one.
  useLayoutEffect(() => {
    const over = new AbortController()
    const renamed = (session: string) => setParams({ session }, { replace: true })
    void watchMeeting(session, at, over.signal, { renamed })
    return () => {
      over.abort()
      forget()
    }
  }, [session, at])

  const { value } = read
  if (value.state !== 'here') {
    const missing = at === null ? text.meeting.missing : text.meeting.missingThen
    return (
      <div class="meeting">
        <h1 class="visually-hidden">{text.kinds.conference}</h1>
        <p class="empty" role="status">
          {value.state === 'reading' && text.meeting.reading(value.stays)}
          {value.state === 'failed' && text.meeting.failed}
          {value.state === 'missing' && missing}
        </p>
      </div>
    )
  }
  return (
    <div class="meeting">
      <Head room={value.room} breakouts={value.breakouts} lost={value.lost} />
      <Timeline />
      <AttendanceTable session={session} />
    </div>
  )
}
