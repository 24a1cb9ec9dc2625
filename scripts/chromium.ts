// Debian's Chromium, without a window.
import { chromium, type Browser, type LaunchOptions } from 'playwright-core'

export function launch({ args = [], ...options }: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    ...options,
    executablePath: '/usr/bin/chromium',
    // Root has no sandbox to go into; the pages are ours.
    args: process.getuid?.() === 0 ? [...args, '--no-sandbox'] : args,
  })
}
