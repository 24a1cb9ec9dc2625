// Debian's Chromium, without a window.
import { chromium, type Browser } from 'playwright-core'

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    // Root has no sandbox to go into; the pages are ours.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
}
