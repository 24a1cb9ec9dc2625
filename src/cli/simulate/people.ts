// The people of the demo: staff and students with accounts, guests with an email or with nothing but a nick.
import { Random } from './random.ts'

export type Person = {
  nick: string
  /** What stands before the @ of their JID. Guests get another one with each connection. */
  account: string | null
  userId: string | null
  email: string | null
  /** They keep to their devices. */
  userAgents: string[]
  ip: string
}

export type People = { staff: Person[]; students: Person[]; guests: Person[] }

const FIRST = (
  'Ada Ben Chloé Daniel Elif Farid Greta Hiroshi Ines Jonas Katarina Liam Mei Noah Olga Pablo Quynh Rafael Sofia Tom ' +
  'Ursula Vikram Wanda Xavier Yara Zoe Amara Björn Camila Dmitri Emma Fatima Giorgos Hannah Ivan Jana Kofi Lena ' +
  'Mateusz Nadia Oscar Priya Rosa Samir Tereza Ulf Vera Wei Aoife Zoltán'
).split(' ')
const LAST = (
  'Albrecht Bauer Costa Dubois Eriksson Fischer García Haddad Ivanova Jensen Kowalski Lehmann Moreau Nguyen Okafor ' +
  'Petrov Quinn Rossi Schmidt Tanaka Ueda Varga Weber Yılmaz Zimmermann Andersson Brandt Chen Dvořák Engel Ferrari ' +
  'Graf Hoffmann Iqbal Jovanović Keller Lindqvist Meyer Novak Ødegård Papadopoulos Richter Silva Thompson Vogel'
).split(' ')

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'
const LAPTOPS: Record<string, number> = {
  [CHROME]: 38,
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36': 16,
  'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0': 10,
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0': 12,
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15': 9,
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0': 11,
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) JitsiMeet/2025.8.0 Chrome/138.0.7204.100 Electron/37.2.0 Safari/537.36': 4,
}
const PHONES: Record<string, number> = {
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36': 5,
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1': 5,
}

/** The same seed gives the same people. */
export function createPeople(seed: number): People {
  const random = new Random(seed)
  const taken = new Set<string>()

  function someone(kind: 'staff' | 'student' | 'guest'): Person {
    let [first, last] = [random.pick(FIRST), random.pick(LAST)]
    while (taken.has(`${first} ${last}`)) [first, last] = [random.pick(FIRST), random.pick(LAST)]
    taken.add(`${first} ${last}`)
    const account = `${ascii(first)}.${ascii(last)}`
    const member = kind !== 'guest'
    const domain =
      kind === 'student' ? 'students.demo.invalid' : member ? 'demo.invalid' : 'mail.demo.invalid'
    return {
      nick: member || random.chance(0.4) ? `${first} ${last}` : first,
      account: member ? account : null,
      userId: member ? `${kind}-${account}` : null,
      email: member || random.chance(0.3) ? `${account}@${domain}` : null,
      userAgents: [random.weighted(LAPTOPS), ...(random.chance(0.4) ? [random.weighted(PHONES)] : [])],
      // RFC 5737: addresses for documentation.
      ip: `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${random.whole(1, 254)}`,
    }
  }

  const many = (count: number, kind: 'staff' | 'student' | 'guest') =>
    Array.from({ length: count }, () => someone(kind))
  return { staff: many(180, 'staff'), students: many(420, 'student'), guests: many(240, 'guest') }
}

function ascii(name: string): string {
  const plain = name.toLowerCase().replaceAll('ı', 'i').replaceAll('ø', 'o')
  return plain.normalize('NFKD').replaceAll(/[^a-z]/g, '')
}
