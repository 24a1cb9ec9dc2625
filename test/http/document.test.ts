// What holds the answers in the tests against the document notices every way in which they can differ.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DOCUMENT, heldTo, type Document, type ReceivedAnswer } from '../support/document.ts'

const complaint = heldTo(JSON.parse(readFileSync(DOCUMENT, 'utf8')) as Document)
const type = { 'content-type': 'application/json; charset=utf-8' }
const room = {
  method: 'POST',
  path: '/api/v1/rooms',
  status: 200,
  headers: type,
  body: '{"status":"success","message":"room created successfully"}',
}
const refused = {
  ...room,
  status: 422,
  headers: { ...type, 'x-validation-error': 'name must not be empty' },
  body: '{"status":"invalid","message":"room inputs validation fail"}',
}
const list = { ...room, method: 'GET', path: '/api/v1/rooms?limit=1', body: '{"rooms":[],"next":null}' }
const stray = { ...list, path: '/x', status: 404, body: '{"status":"not-found","message":"no"}' }
const other = {
  ...stray,
  method: 'PATCH',
  path: '/api/v1/rooms',
  status: 405,
  headers: { ...type, allow: 'GET' },
}
const busy = { ...list, status: 503, body: '{"status":"busy","message":"m"}' }

test('an answer that the document describes is right', () => {
  const metrics = { ...list, path: '/metrics', headers: { 'content-type': 'text/plain; version=0.0.4' } }
  const right: ReceivedAnswer[] = [
    room,
    refused,
    list,
    stray,
    other,
    { ...busy, headers: { ...type, 'retry-after': '1' } },
    { ...metrics, body: 'up 1' },
    { ...list, method: 'HEAD', body: '' },
    // An identifier with raw slashes; and one that ends like a path below a room.
    {
      ...room,
      method: 'PUT',
      path: '/api/v1/occupants/a/b/c',
      status: 422,
      headers: refused.headers,
      body: '{"status":"invalid","message":"occupant inputs validation fail"}',
    },
    {
      ...room,
      method: 'DELETE',
      path: '/api/v1/rooms/x/occupants',
      body: '{"status":"success","message":"room ended successfully"}',
    },
  ]
  for (const answer of right) assert.equal(complaint(answer), undefined, JSON.stringify(answer))
})

const wrong: [string, ReceivedAnswer][] = [
  ['a status that is not there', { ...room, status: 201 }],
  [
    'a body of another verdict',
    { ...room, body: '{"status":"success","message":"room ended successfully"}' },
  ],
  ['a field too many', { ...room, body: `${room.body.slice(0, -1)},"id":1}` }],
  ['a field too few', { ...list, body: '{"rooms":[]}' }],
  ['a field of another type', { ...list, body: '{"rooms":[],"next":7}' }],
  ['a wrong field deep within', { ...list, body: '{"rooms":[{"session":"s1"}],"next":null}' }],
  ['a header that is missing', { ...refused, headers: type }],
  ['a shared answer without its header', { ...busy, headers: type }],
  ['another media type', { ...list, headers: { 'content-type': 'text/html' } }],
  ['no media type', { ...list, headers: {} }],
  ['a path that is not there and yet answers', { ...stray, status: 200 }],
  ['a path that is there and is said not to be', { ...other, status: 404 }],
  ['405 without Allow', { ...other, headers: type }],
  ['an error with a third field', { ...stray, body: '{"status":"not-found","message":"no","path":"/x"}' }],
]
for (const [title, answer] of wrong) {
  test(`notices ${title}`, () => assert.notEqual(complaint(answer), undefined))
}
