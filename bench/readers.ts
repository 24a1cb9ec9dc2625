// Many readers of the event stream in one process, as lean as they can be: they share the machine with the server.
// Arguments: the server's address, how many, and `room` where each wants the events of one room alone.
import { connect } from 'node:net'

const [url = '', count = '0', filter = ''] = process.argv.slice(2)
const { hostname, port } = new URL(url)
const SENT = Buffer.from('"nick":"')
const END = Buffer.from('\n\n')

/** In tenths of a millisecond; the last place holds all that took longer. */
const times = new Uint32Array(20_000)
let open = 0

for (let n = 0; n < Number(count); n += 1) read(n)
process.on('message', (asked: 'tell' | 'forget') => {
  if (asked === 'forget') times.fill(0)
  process.send?.({ open, ...measured() })
})
process.on('disconnect', () => process.exit(0))

function read(n: number): void {
  const query = filter === 'room' ? `?room=room${n}@conference.meet.example.com` : ''
  const socket = connect(Number(port), hostname)
  socket.write(`GET /api/v1/events${query} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`)
  let rest: Buffer | undefined
  let started = false
  socket.on('data', (chunk) => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk
    rest = bytes.subarray(-2).equals(END) ? undefined : bytes.subarray(bytes.lastIndexOf(END) + 2)
    if (!started) {
      started = true
      open += 1
    }
    take(bytes, bytes.length - (rest?.length ?? 0))
  })
  socket.on('error', () => {})
  socket.on('close', () => (open -= 1))
}

/** When it was sent stands in the nick of each join, in microseconds. */
function take(bytes: Buffer, end: number): void {
  const now = performance.timeOrigin + performance.now()
  for (let at = bytes.indexOf(SENT); at !== -1 && at < end; at = bytes.indexOf(SENT, at + 1)) {
    const from = at + SENT.length
    const sent = Number(bytes.toString('latin1', from, from + 16)) / 1_000
    const place = Math.min(times.length - 1, Math.max(0, Math.round((now - sent) * 10)))
    times[place] = (times[place] ?? 0) + 1
  }
}

function measured() {
  const events = times.reduce((sum, seen) => sum + seen, 0)
  const quantile = (share: number) => {
    let left = events * share
    return times.findIndex((seen) => (left -= seen) <= 0) / 10
  }
  return {
    events,
    p50: quantile(0.5),
    p99: quantile(0.99),
    max: times.findLastIndex((seen) => seen > 0) / 10,
  }
}
