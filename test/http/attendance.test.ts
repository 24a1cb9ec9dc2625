// Attendance over HTTP: every option, every refusal, on both engines.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import ExcelJS from 'exceljs'
import { startPostgres, type Postgres } from '../support/postgres.ts'
import { startServer, type TestServer } from '../support/server.ts'

const ROOM = 'maths@conference.example.com'
const NOW = Date.parse('2026-11-30T12:00:00Z')
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

type Person = Record<string, unknown> & { name: string; meetings: Record<string, unknown>[] }
type Report = Record<string, unknown> & { people: Person[]; meetings: Record<string, unknown>[] }

for (const engine of ['SQLite', 'PostgreSQL'] as const) {
  describe(`attendance on ${engine}`, () => {
    let server: TestServer
    let postgres: Postgres | undefined

    before(async () => {
      if (engine === 'PostgreSQL') postgres = await startPostgres('newest')
      server = await startServer({
        now: () => NOW,
        settings: { ...(postgres && { ROLLCALL_DATABASE: postgres.url }), ROLLCALL_READ_TOKEN: 'reader' },
      })
      await fill(server)
    })
    after(async () => {
      await server.stop()
      await postgres?.dispose()
    })

    function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
      return fetch(`${server.url}/api/v1/${path}`, {
        headers: { authorization: 'Bearer reader', ...headers },
      })
    }

    async function lesson(query = ''): Promise<Report> {
      const response = await get(`rooms/lesson%2F1/attendance?${query}`)
      assert.equal(response.status, 200)
      return (await response.json()) as Report
    }

    async function lines(query: string, path = 'rooms/lesson%2F1/attendance'): Promise<string[]> {
      const response = await get(`${path}${path.includes('?') ? '&' : '?'}format=csv&${query}`)
      assert.equal(response.status, 200)
      return (await response.text()).split('\r\n')
    }

    async function refusal(path: string): Promise<unknown[]> {
      const response = await get(path)
      const { status, message } = (await response.json()) as Record<string, unknown>
      return [response.status, status, message]
    }

    const names = ({ people }: Report) => people.map(({ name }) => name)

    test('tells of everybody: who, when, how long, and whether that is enough', async () => {
      const report = await lesson()
      const { people, meetings, ...rest } = report
      assert.deepEqual(rest, {
        durationMs: 45 * 60_000,
        finished: true,
        threshold: 85,
        leftOut: { services: 1, excluded: 0, healthChecks: 0 },
      })
      assert.deepEqual(meetings, [
        {
          session: 'lesson/1',
          jid: ROOM,
          name: 'caf%C3%A9',
          createdAt: '2026-11-22T09:00:00.000Z',
          endedAt: '2026-11-22T10:00:00.000Z',
          from: '2026-11-22T09:05:00.000Z',
          to: '2026-11-22T09:50:00.000Z',
          durationMs: 45 * 60_000,
          finished: true,
          inferred: false,
        },
      ])
      assert.deepEqual(names(report), ['=Ann', 'Ben', 'Cém'])
      const [, ben] = people
      assert.match(String(ben?.['person']), /^[\w-]{22}$/)
      const presence = {
        firstIn: '2026-11-22T09:05:00.000Z',
        lastOut: '2026-11-22T09:40:00.000Z',
        totalMs: 30 * 60_000,
        breakoutMs: 10 * 60_000,
        share: 0.6667,
        present: false,
        rejoins: 1,
        devices: 1,
        inferred: false,
      }
      assert.deepEqual(ben, {
        person: ben?.['person'],
        name: 'Ben',
        email: 'ben@example.com',
        userId: 'u-ben',
        verified: true,
        role: 'moderator',
        ...presence,
        mergedByName: false,
        attended: 0,
        meetings: [{ session: 'lesson/1', ...presence }],
      })
    })

    test('guests of one name are one row, or each their own', async () => {
      const cem = (report: Report) =>
        report.people
          .filter(({ name }) => /c.m/i.test(name))
          .map(({ totalMs, mergedByName, person }) => [totalMs, mergedByName, typeof person])
      assert.deepEqual(cem(await lesson()), [[40 * 60_000, true, 'object']])
      assert.deepEqual(cem(await lesson('guests=separate')), [
        [20 * 60_000, false, 'string'],
        [20 * 60_000, false, 'string'],
      ])
    })

    test('from and to cut, as instants or as a clock in tz shows them', async () => {
      for (const window of [
        'from=2026-11-22T09:10:00Z&to=2026-11-22T09:30:00Z',
        `from=${Date.parse('2026-11-22T09:10:00Z')}&to=${Date.parse('2026-11-22T09:30:00Z')}`,
        'from=2026-11-22T10:10&to=2026-11-22T10:30:00&tz=Europe/Berlin',
        'from=2026-11-22%2009:10&to=2026-11-22T09:30',
      ]) {
        const { durationMs, people } = await lesson(window)
        assert.equal(durationMs, 20 * 60_000, window)
        assert.equal(people[0]?.['lastOut'], '2026-11-22T09:30:00.000Z')
      }
      assert.deepEqual(names(await lesson('from=2027-01-01')), [])
      assert.equal((await lesson('to=2026-11-23')).durationMs, 45 * 60_000)
    })

    test('threshold, gap, exclude and emails', async () => {
      const present = async (query: string) =>
        (await lesson(query)).people.filter((person) => person['present']).map(({ name }) => name)
      assert.deepEqual(await present(''), ['=Ann', 'Cém'])
      assert.deepEqual(await present('threshold=66.6'), ['=Ann', 'Ben', 'Cém'])
      assert.deepEqual(await present('threshold=100'), ['=Ann'])
      assert.deepEqual(await present('gap=300'), ['=Ann', 'Cém'])
      assert.equal((await lesson('gap=300')).people[1]?.['totalMs'], 35 * 60_000)
      const without = await lesson('exclude=BEN@example.com&exclude=c%C3%A9m')
      assert.deepEqual(names(without), ['=Ann'])
      assert.deepEqual(without['leftOut'], { services: 1, excluded: 2, healthChecks: 0 })
      assert.deepEqual(names(await lesson('exclude=ben')), ['=Ann', 'Cém'])
      assert.ok(!JSON.stringify(await lesson('emails=false')).includes('@example.com"'))
      assert.ok(!(await lines('emails=false'))[0]?.includes('Email'))
    })

    test('a CSV has the columns that were asked for, in that order, and times of the zone', async () => {
      const found = await lines('columns=present,name,firstIn&tz=Europe/Berlin&notes=false&threshold=50')
      assert.deepEqual(found, [
        'Present (50%),Name,First in (Europe/Berlin)',
        "yes,'=Ann,2026-11-22 10:05:00",
        'yes,Ben,2026-11-22 10:05:00',
        'yes,Cém,2026-11-22 10:05:00',
        '',
      ])
      const below = (await lines('exclude=ben')).filter((line) => line.includes('Left out'))
      assert.match(below.join(), /Left out: 1 service, 1 excluded/)
    })

    test('an XLSX is a workbook', async () => {
      const book = new ExcelJS.Workbook()
      const content = await (await get('rooms/lesson/1/attendance?format=xlsx')).arrayBuffer()
      await book.xlsx.load(content)
      const [sheet] = book.worksheets
      assert.deepEqual([sheet?.name, sheet?.rowCount, sheet?.getCell('A2').value], ['café', 4, '=Ann'])
    })

    test('the format is what the query says, else what Accept likes best, else JSON', async () => {
      const type = async (accept: string, query = '') => {
        const response = await get(`rooms/lesson%2F1/attendance${query}`, { accept })
        await response.arrayBuffer()
        assert.equal(response.headers.get('vary'), 'Accept')
        return response.headers.get('content-type')?.split(';')[0]
      }
      assert.equal(await type('text/csv'), 'text/csv')
      assert.equal(await type(XLSX), XLSX)
      assert.equal(await type('text/csv;q=0.5, application/json'), 'application/json')
      assert.equal(await type(`text/csv;q=0.5, ${XLSX};q=0.9`), XLSX)
      assert.equal(await type('text/html, */*;q=0.8'), 'application/json')
      assert.equal(await type('text/csv;q=0'), 'application/json')
      assert.equal(await type('image/png'), 'application/json')
      assert.equal(await type('text/csv', '?format=json'), 'application/json')
    })

    test('a file has a name with room and day', async () => {
      const disposition = async (path: string) => {
        const response = await get(path)
        await response.arrayBuffer()
        return response.headers.get('content-disposition')
      }
      assert.equal(
        await disposition('rooms/lesson%2F1/attendance?format=csv'),
        `attachment; filename="attendance-caf_-2026-11-22.csv"; filename*=UTF-8''attendance-caf%C3%A9-2026-11-22.csv`,
      )
      assert.match(
        (await disposition(`attendance?room=${ROOM}&format=xlsx`)) ?? '',
        /filename="attendance-maths-2026-11-22-2026-11-29\.xlsx"/,
      )
      assert.equal(await disposition('rooms/lesson%2F1/attendance'), null)
    })

    test('a course adds up the meetings of a room, and says who was in which', async () => {
      const report = (await (await get(`attendance?room=${ROOM}&to=2026-11-30`)).json()) as Report
      assert.deepEqual(
        report.meetings.map(({ session, durationMs }) => [session, durationMs]),
        [
          ['lesson/1', 45 * 60_000],
          ['lesson/2', 15 * 60_000],
        ],
      )
      const rows = report.people.map(({ name, totalMs, share, attended, meetings }) => [
        name,
        totalMs,
        share,
        attended,
        meetings.map(({ session }) => session),
      ])
      assert.deepEqual(rows, [
        ['=Ann', 60 * 60_000, 1, 2, ['lesson/1', 'lesson/2']],
        ['Ben', 30 * 60_000, 0.5, 0, ['lesson/1']],
        ['Cém', 40 * 60_000, 0.6667, 1, ['lesson/1']],
      ])
      const table = await lines('columns=name,attended,meetings&notes=false', `attendance?room=${ROOM}`)
      assert.deepEqual(table.slice(0, 3), [
        'Name,Meetings present,2026-11-22 09:05,2026-11-29 09:00',
        "'=Ann,2,0:45:00,0:15:00",
        'Ben,0,0:30:00,',
      ])
      const first = (await (await get(`attendance?room=${ROOM}&to=2026-11-25`)).json()) as Report
      assert.equal(first.meetings.length, 1)
    })

    test('a meeting that goes on is counted until now, and is not finished', async () => {
      const report = (await (await get('rooms/live/attendance')).json()) as Report
      assert.equal(report['finished'], false)
      assert.deepEqual(
        report.people.map(({ firstIn, lastOut, totalMs, present }) => [firstIn, lastOut, totalMs, present]),
        [['2026-11-30T11:30:00.000Z', null, 30 * 60_000, true]],
      )
      const past = (await (await get('rooms/live/attendance?to=2026-11-30T11:40')).json()) as Report
      assert.deepEqual([past['finished'], past.people[0]?.['lastOut']], [true, '2026-11-30T11:40:00.000Z'])
      assert.match((await lines('', 'rooms/live/attendance')).join('\n'), /Not finished/)
    })

    test('ends that nobody reported are marked', async () => {
      const report = (await (await get('rooms/superseded/attendance')).json()) as Report
      assert.deepEqual([report.meetings[0]?.['inferred'], report.people[0]?.['inferred']], [true, true])
    })

    test('a room in which nobody was is a report without rows', async () => {
      const report = (await (await get('rooms/empty/attendance')).json()) as Report
      assert.deepEqual([report.people, report['durationMs'], report.meetings[0]?.['from']], [[], 0, null])
      assert.match((await lines('', 'rooms/empty/attendance')).join('\n'), /empty: nobody was there/)
    })

    test('what is not there is 404', async () => {
      assert.deepEqual(await refusal('rooms/nowhere/attendance'), [
        404,
        'not-found',
        'no room has this session',
      ])
      const none = 'there was no meeting of this room in that time'
      assert.deepEqual(await refusal('attendance?room=x@y'), [404, 'not-found', none])
      assert.deepEqual(await refusal(`attendance?room=${ROOM}&to=2020-01-01`), [404, 'not-found', none])
    })

    test('what breaks a rule is 422, with the reason', async () => {
      const instant = (name: string) =>
        `${name} must be epoch milliseconds, an RFC 3339 time, or a day or time in tz, such as 2026-11-22T10:00`
      const reasons: Record<string, string | RegExp> = {
        'format=pdf': 'format must be json or csv or xlsx',
        'from=yesterday': instant('from'),
        'to=2026-02-30': instant('to'),
        'from=2026-11-22T25:00': instant('from'),
        'to=9999999999999999': instant('to'),
        'from=2026-11-22&to=2026-11-22': 'to must be later than from',
        'tz=Europe/Atlantis': 'tz must be an IANA time zone, such as Europe/Berlin',
        'columns=name,shoe': /^columns must be some of name, email, /,
        'columns=name,name': /each once$/,
        'columns=email&emails=false': 'columns must hold another than email where emails are left out',
        'threshold=101': 'threshold must be at most 100',
        'threshold=-1': 'threshold must be at least 0',
        'threshold=most': 'threshold must be a number',
        'gap=-1': 'gap must be at least 0',
        'gap=86401': 'gap must be at most 86400',
        'gap=1.5': 'gap must be a whole number',
        'guests=no': 'guests must be merge or separate',
        'emails=maybe': 'emails must be true or false',
        'notes=2': 'notes must be true or false',
        [`exclude=${'x'.repeat(1_024)}`]: 'exclude/0 must be at most 1023 bytes of UTF-8',
        [Array.from({ length: 101 }, () => 'exclude=a').join('&')]: 'exclude must hold at most 100 entries',
        'colour=red': /^there is an unknown parameter; those known are format, /,
        'from=1&from=2': 'from must be a string',
      }
      for (const [query, reason] of Object.entries(reasons)) {
        const [status, word, message] = await refusal(`rooms/lesson%2F1/attendance?${query}`)
        assert.deepEqual([status, word], [422, 'invalid'], query)
        if (typeof reason === 'string') assert.equal(message, reason)
        else assert.match(String(message), reason)
      }
      assert.deepEqual(await refusal('attendance'), [422, 'invalid', 'room is required'])
      assert.deepEqual(await refusal('attendance?room='), [422, 'invalid', 'room must not be empty'])
    })

    test('it is a read: another token is none', async () => {
      const path = 'rooms/lesson%2F1/attendance'
      assert.equal((await get(path, { authorization: 'Bearer other' })).status, 401)
      assert.equal((await get(`attendance?room=${ROOM}`, { authorization: '' })).status, 401)
    })
  })
}

async function fill({ url }: TestServer): Promise<void> {
  const send = async (method: string, path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/api/v1/${path}`, { method, headers, body: JSON.stringify(body) })
    assert.equal(answer.status, 200, `${method} ${path} ${await answer.text()}`)
  }
  const at = (time: string, day = 22) => `2026-11-${day}T${time}:00Z`
  const room = (session: string, when: string, more = {}) =>
    send('POST', 'rooms', { session, name: 'maths', jid: ROOM, at: when, ...more })
  const end = (session: string, when: string, jid = ROOM) =>
    send('DELETE', `rooms/${session}`, { jid, at: when })
  const join = (jid: string, nick: string, when: string, more = {}) =>
    send('POST', 'occupants', { jid, nick, role: 'participant', roomJid: ROOM, at: when, ...more })
  const leave = (jid: string, when: string, roomJid = ROOM) =>
    send('DELETE', `occupants/${encodeURIComponent(jid)}`, { roomJid, at: when })

  const ann = { email: 'ann@example.com' }
  const ben = { userId: 'u-ben', email: 'ben@example.com' }
  const group = 'g1@breakout.example.com'
  await room('lesson/1', at('09:00'), { name: 'caf%C3%A9', kind: 'conference' })
  await join('focus@auth.example.com/focus', 'focus', at('09:00'))
  await join('a@x/1', '=Ann', at('09:05'), ann)
  await join('b@x/1', 'Ben', at('09:05'), { ...ben, role: 'moderator' })
  await join('g1@guest/1', 'Cém', at('09:05'))
  await leave('b@x/1', at('09:15'))
  await send('POST', 'rooms', { session: 'g1', name: 'g1', jid: group, kind: 'breakout', parentJid: ROOM, at: at('09:20') }) // prettier-ignore
  await join('b@x/1', 'Ben', at('09:20'), { ...ben, roomJid: group })
  await leave('g1@guest/1', at('09:25'))
  await join('b@x/1', 'Ben', at('09:29'), ben)
  await leave('b@x/1', at('09:30'), group)
  await end('g1', at('09:30'), group)
  await join('g2@guest/1', 'CÉM', at('09:30'))
  await leave('b@x/1', at('09:40'))
  await send('PUT', 'occupants/g2@guest/1', { roomJid: ROOM, nick: 'Cém', at: at('09:45') })
  await leave('g2@guest/1', at('09:50'))
  await leave('a@x/1', at('09:50'))
  await end('lesson%2F1', at('10:00'))

  await room('lesson/2', at('09:00', 29))
  await join('a@x/1', '=Ann', at('09:00', 29), ann)
  await leave('a@x/1', at('09:15', 29))
  await end('lesson%2F2', at('09:20', 29))

  const other = { jid: 'other@conference.example.com' }
  await room('superseded', at('09:00', 29), other)
  await join('a@x/1', 'Ann', at('09:00', 29), { roomJid: other.jid })
  await room('live', at('11:30', 30), other)
  await join('a@x/1', 'Ann', at('11:30', 30), { roomJid: other.jid })
  await room('empty', at('11:30', 30), { jid: 'empty@conference.example.com' })
}
