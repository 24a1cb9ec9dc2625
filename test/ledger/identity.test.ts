import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personOf } from '../../src/ledger/identity.ts'
import { isMeeting, isService } from '../../src/ledger/service.ts'
import { personId } from '../../src/store/person.ts'

const guest = { jid: 'f3a9@guest.meet.example.com/Ab1', nick: 'Ann', email: null, userId: null }

test('a token vouches more than an email, an email more than a nick', () => {
  const typed = { ...guest, email: 'Ann@Example.com' }
  assert.equal(personOf({ ...typed, userId: 'ann' }), 'user:ann')
  assert.equal(personOf(typed), 'email:ann@example.com')
  assert.equal(personOf(guest), 'jid:f3a9/Ann')
})

test('a guest without a user part is known by the address itself', () => {
  assert.equal(personOf({ ...guest, jid: 'example.com/Ab1' }), 'jid:example.com/Ann')
})

test('the same account on two devices is one person, and nobody can type themselves into it', () => {
  const phone = { ...guest, jid: 'other@guest.meet.example.com/x', nick: 'Ann (phone)', userId: 'ann' }
  assert.equal(personId({ ...guest, userId: 'ann' }), personId(phone))
  assert.notEqual(personId({ ...guest, nick: 'user:ann', email: 'user:ann' }), personId(phone))
})

test("Jitsi's components are services, in any variant, on their own domains", () => {
  for (const jid of [
    'focus@auth.meet.example.com/focus',
    'jvb@auth.meet.example.com/x',
    'jvb-b@auth.meet.example.com/x',
    'jvb12@auth.meet.example.com/x',
    'jibri@auth.meet.example.com/x',
    'jigasi@auth.meet.example.com/x',
    'recorder@recorder.meet.example.com/x',
    'transcriber@hidden.meet.example.com/x',
  ]) {
    assert.ok(isService(jid), jid)
    assert.equal(personId({ ...guest, jid }), null)
  }
})

test('people with such names are people', () => {
  for (const jid of [
    'focus@meet.example.com/x',
    'recorderfan@auth.meet.example.com/x',
    'ann@auth.meet.example.com/x',
  ]) {
    assert.ok(!isService(jid), jid)
  }
})

test('health checks and breweries are no meetings', () => {
  assert.ok(!isMeeting('__jicofo-health-check-1@conference.meet.example.com'))
  assert.ok(!isMeeting('jvbbrewery@internal.auth.meet.example.com'))
  assert.ok(isMeeting('daily@conference.meet.example.com'))
  assert.ok(isMeeting('craftbrewery@conference.meet.example.com'))
})
