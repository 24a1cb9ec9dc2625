// Browser and system, out of user agents as they come.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientOf } from '../../src/api/client.ts'

const APPLE = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)'

const KNOWN: Record<string, [string | null, string | null]> = {
  [`Mozilla/5.0 (X11; Linux x86_64) ${BLINK} Chrome/142.0.0.0 Safari/537.36`]: ['Chrome 142', 'Linux'],
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0': [
    'Firefox 128',
    'Windows',
  ],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${APPLE} Version/17.4 Safari/605.1.15`]: [
    'Safari 17',
    'macOS',
  ],
  [`Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) ${APPLE} Version/17.4 Mobile/15E148 Safari/604.1`]:
    ['Safari 17', 'iOS'],
  [`Mozilla/5.0 (Linux; Android 14; Pixel 8) ${BLINK} Chrome/124.0.0.0 Mobile Safari/537.36`]: [
    'Chrome 124',
    'Android',
  ],
  [`Mozilla/5.0 (X11; Linux x86_64) ${BLINK} HeadlessChrome/120.0.0.0 Safari/537.36`]: [
    'Headless Chrome',
    'Linux',
  ],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} JitsiMeet/2024.6.0 Chrome/124.0.6367.207 Electron/30.0.6 Safari/537.36`]:
    ['Jitsi Meet Electron', 'Windows'],
  'JitsiMeet/155 CFNetwork/1494.0.7 Darwin/23.4.0': ['Jitsi Meet app', 'iOS'],
  'JitsiMeetSDK/9.2.0 (Android/13)': ['Jitsi Meet app', 'Android'],
  'okhttp/4.10.0': [null, 'Android'],
  'curl/8.0': [null, null],
  something: [null, null],
  '': [null, null],
}

test('what is known of a user agent is told, and nothing is guessed', () => {
  const found = Object.keys(KNOWN).map((agent) => {
    const { browser, system } = clientOf(agent)
    return [agent, [browser, system]]
  })
  assert.deepEqual(Object.fromEntries(found), KNOWN)
  assert.deepEqual(clientOf(null), { browser: null, system: null })
})
