// What the dashboard's login takes and answers.
import Type, { type Static } from 'typebox'
import { json, orNull, type Operation } from '../operation.ts'
import { RETRY_AFTER } from './answers.ts'

export const Login = Type.Object({
  token: Type.String({ minLength: 1, maxBytes: 1_024, description: 'A read token or an admin token.' }),
})

const Session = Type.Object(
  {
    login: Type.Boolean({ description: 'Whether reads need a token.' }),
    access: orNull(Type.Enum(['read', 'admin'], { description: 'Null: nobody is logged in.' })),
    expiresAt: orNull(Type.String({ format: 'date-time' })),
    ingestToken: orNull(
      Type.Boolean({ description: 'Whether writes need a token. Null: strangers are not told.' }),
    ),
  },
  { title: 'Session' },
)
export type ShownSession = Static<typeof Session>

const refused = (message: string) =>
  Type.Object({ status: Type.Literal('unauthorized'), message: Type.Literal(message) })
const FOREIGN = json('A page of another site asks.', refused('this call is for the dashboard itself'))
const COOKIE = Type.Object({ 'Set-Cookie': Type.String() })
const STRANGER = { login: false, access: null, expiresAt: null, ingestToken: false }

export const getSession: Operation = {
  id: 'getSession',
  tag: 'Dashboard',
  summary: 'Who is logged in',
  answers: { 200: json('The session of the cookie.', Session) },
  examples: { 'no tokens': { status: 200, answer: STRANGER } },
}

export const logIn: Operation = {
  id: 'logIn',
  tag: 'Dashboard',
  summary: 'Log in with a token',
  description:
    'The cookie of the answer stands for the token in every read, and in no write, for twelve hours.',
  body: Login,
  answers: {
    200: json('Logged in.', Session, COOKIE),
    401: json(
      'The token is none.',
      refused('this is no read token and no admin token'),
      Type.Object({ 'WWW-Authenticate': Type.String() }),
    ),
    403: FOREIGN,
    429: json(
      'Too many wrong tokens.',
      Type.Object({ status: Type.Literal('busy'), message: Type.String() }),
      RETRY_AFTER,
    ),
  },
}

export const logOut: Operation = {
  id: 'logOut',
  tag: 'Dashboard',
  summary: 'Log out',
  answers: { 200: json('Logged out; the cookie has ended.', Session, COOKIE), 403: FOREIGN },
  examples: { out: { status: 200, answer: STRANGER } },
}
