// A clock that is off, for one process: Debian's libfaketime shifts what it is told the time is, and only that;
// timers and timeouts go by the monotonic clock, which stays as it is.
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'

const LIBRARY = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketimeMT.so.1`

/** What the process needs in its environment; `folder` must be where it can read, as `inside` is for itself. */
export function clockOff(seconds: number, folder: string, inside = folder): Record<string, string> {
  if (seconds === 0) return {}
  if (!existsSync(LIBRARY)) throw new Error('A clock that is off needs: apt-get install faketime')
  copyFileSync(LIBRARY, join(folder, 'clock.so'))
  return {
    LD_PRELOAD: join(inside, 'clock.so'),
    FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}s`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  }
}
