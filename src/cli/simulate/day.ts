// A day of the demo: which meetings there are, and the calls that tell of them, in order.
import { DEMO_HOST } from '../../ledger/demo.ts'
import { callsOf, type Call, type Meeting } from './meeting.ts'
import { createPeople, type People, type Person } from './people.ts'
import { Random } from './random.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const TEAMS = ['Atlas', 'Beacon', 'Comet', 'Delta', 'Ember', 'Fjord', 'Glacier', 'Harbor', 'Iris']
const COURSES = [
  'Linear Algebra',
  'Organic Chemistry',
  'European History',
  'Databases',
  'Microeconomics',
  'Genetics',
]
const TOPICS = [
  'Budget',
  'Roadmap',
  'Hiring',
  'Incident review',
  'Design review',
  'Retrospective',
  'Customer call',
]
const ADJECTIVES = ['Brave', 'Calm', 'Eager', 'Fuzzy', 'Gentle', 'Lucky', 'Proud', 'Silent', 'Sunny', 'Witty']
const ANIMALS = [
  'Badgers',
  'Cranes',
  'Foxes',
  'Herons',
  'Lynxes',
  'Otters',
  'Ravens',
  'Seals',
  'Wolves',
  'Yaks',
]
const VERBS = ['Dance', 'Drift', 'Glide', 'Jump', 'Listen', 'Race', 'Sing', 'Wander']
/** Calls of guests begin in these hours so often, on any day: some in every hour, most in the evening. */
const GUEST_CALLS = [5, 4, 3, 3, 3, 3, 4, 5, 7, 9, 9, 9, 8, 8, 9, 9, 11, 13, 15, 18, 20, 18, 14, 10]

/**
 * The calls of the local day on which `midnight` begins, in the order in which they happen; a few lie after the next
 * midnight. The same seed and day give the same calls, whatever was planned before.
 */
export function planDay(seed: number, midnight: Date): Call[] {
  const people = createPeople(seed)
  const date = `${midnight.getFullYear()}-${two(midnight.getMonth() + 1)}-${two(midnight.getDate())}`
  const random = new Random(hash(`${seed} ${date}`))
  const meetings = meetingsOf(midnight.getTime(), midnight.getDay(), people, random)
  const named = meetings.map((meeting, index) => ({ ...meeting, session: `demo-${seed}-${date}-${index}` }))
  const calls = named.flatMap((meeting) => callsOf(meeting, random))
  return (random.chance(0.25) ? withCrash(named, calls, date, midnight, random) : calls).toSorted(
    (one, other) => one.at - other.at,
  )
}

type Planned = Omit<Meeting, 'session'>

function meetingsOf(midnight: number, weekday: number, people: People, random: Random): Planned[] {
  const at = (hours: number) => midnight + hours * HOUR
  const meetings: Planned[] = []
  const workday = weekday >= 1 && weekday <= 5

  function add(
    name: string,
    start: number,
    minutes: number,
    members: Person[],
    more: Partial<Planned> = {},
  ): Planned {
    const node = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
    const end = start + minutes * MINUTE * random.between(0.85, 1.1)
    const plain = { kind: 'conference', parent: null, recorded: false } as const
    const meeting: Planned = { name, node, ...plain, start, end, people: members, ...more }
    meetings.push(meeting)
    return meeting
  }

  if (workday) {
    TEAMS.forEach((team, index) => {
      const members = people.staff.slice(index * 11, index * 11 + random.whole(5, 10))
      add(`Standup ${team}`, at(9 + random.whole(0, 5) / 6) - random.between(0, 90_000), 16, members)
      if (random.chance(0.6))
        add(
          `${random.pick(TOPICS)} ${team}`,
          at(random.whole(20, 33) / 2),
          random.pick([30, 45, 60]),
          members,
        )
    })
    const courses = some(COURSES, random.whole(2, 3), random)
    courses.forEach((course, index) => {
      const students = some(people.students, random.whole(110, 200), random)
      const teacher = people.staff[120 + COURSES.indexOf(course)] as Person
      const lecture = add(course, at([10.25, 14.25, 16.25][index] ?? 12), 90, [teacher, ...students], {
        recorded: true,
      })
      if (index === 1) breakouts(lecture, students)
    })
    for (let index = 0; index < 26; index += 1) {
      const [one, other] = some(people.staff, 2, random) as [Person, Person]
      const first = one.nick.split(' ')[0] ?? ''
      add(`${first} and ${other.nick.split(' ')[0]}`, at(random.whole(17, 35) / 2), 30, [one, other])
    }
    for (let index = 0; index < 4; index += 1) {
      const panel = some(people.staff, 3, random)
      const candidate = random.pick(people.guests)
      const interview = add(`Interview ${index + 1}`, at(random.whole(20, 32) / 2), 50, [...panel, candidate])
      add(`Interview ${index + 1} lobby`, interview.start - 4 * MINUTE, 9, [panel[0] as Person, candidate], {
        kind: 'lobby',
        parent: interview.node,
      })
    }
    if (weekday === 4) add('All hands', at(16), 55, some(people.staff, 150, random), { recorded: true })
  }
  GUEST_CALLS.forEach((often, hour) => {
    for (let index = 0; index < often; index += 1) {
      const name = `${random.pick(ADJECTIVES)}${random.pick(ANIMALS)}${random.pick(VERBS)}${random.pick(ANIMALS)}`
      const start = at(hour + random.next())
      add(
        name,
        start,
        random.between(12, 80),
        some([...people.guests, ...people.students], random.whole(2, 6), random),
      )
    }
  })
  return apart(meetings)

  function breakouts({ node, start }: Planned, students: Person[]): void {
    const groups = 5
    for (let group = 0; group < groups; group += 1) {
      const members = students.filter((_, index) => index % groups === group).slice(0, 25)
      add(`Group ${group + 1}`, start + 32 * MINUTE, 22, members, {
        node: `${node}-group-${group + 1}`,
        kind: 'breakout',
        parent: node,
      })
    }
  }
}

/** One JID has one live room: who comes second takes a room beside it. */
function apart(meetings: Planned[]): Planned[] {
  const seen = new Map<string, number>()
  return meetings.map((meeting) => {
    const before = seen.get(meeting.node) ?? 0
    seen.set(meeting.node, before + 1)
    return before === 0 ? meeting : { ...meeting, node: `${meeting.node}-${before + 1}` }
  })
}

/** Prosody dies in the afternoon: nobody tells of the end of what was live, and the meetings begin anew. */
function withCrash(meetings: Meeting[], calls: Call[], date: string, midnight: Date, random: Random): Call[] {
  const crash = midnight.getTime() + random.between(13, 17) * HOUR
  const hit = meetings.filter(({ start, end }) => start < crash && end > crash)
  const jids = new Set(hit.map(({ node }) => `${node}@${DEMO_HOST}`))
  const told = calls.filter(({ at, body }) => at < crash || !jids.has(String(body['roomJid'] ?? body['jid'])))
  const back = crash + 25_000
  const again = hit
    .filter(({ end }) => end > back + 3 * MINUTE)
    .flatMap((meeting) =>
      callsOf({ ...meeting, session: `${meeting.session}-again`, start: back + 5_000 }, random),
    )
  const body = { host: DEMO_HOST, bootId: `demo ${date}`, at: Math.round(back), rooms: [] }
  return [...told, { at: Math.round(back), method: 'POST', path: '/api/v1/sync', body }, ...again]
}

function some<T>(list: readonly T[], count: number, random: Random): T[] {
  const rest = [...list]
  return Array.from(
    { length: Math.min(count, rest.length) },
    () => rest.splice(random.below(rest.length), 1)[0] as T,
  )
}

function hash(text: string): number {
  return Buffer.from(text).reduce((sum, byte) => (Math.imul(sum, 31) + byte) >>> 0, 7)
}

function two(number: number): string {
  return `${number}`.padStart(2, '0')
}
