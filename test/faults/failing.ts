// A server whose system calls can be made to fail while it runs: libfiu, preloaded, told by named pipes.
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ensure } from '../../scripts/debian.ts'
import { serve, type Running } from '../support/process.ts'

/** A reason to skip, or false where the tests can run. */
export const cannotFail =
  ensure(['fiu-utils'], 'the tests with failing disks').length > 0 && 'there is no libfiu'

/** SQLite writes with pwrite alone and Node never, so that nothing but the ledger's files is hit. */
export type Fault = 'posix/io/sync/fsync' | 'posix/io/rw/pwrite' | 'posix/io/rw/pwrite/reduce'

export type Faulty = Running & {
  /** From now on, until `heal`: always, or with this probability. `errno` is what the call fails with. */
  fail(fault: Fault, errno: keyof typeof ERRNO, probability?: number): Promise<void>
  heal(...faults: Fault[]): Promise<void>
}

/** As Linux numbers them. */
const ERRNO = { EIO: 5, ENOSPC: 28, EROFS: 30 }

/** `folder` is where the pipes are. */
export async function serveFaulty(
  file: string,
  folder: string,
  settings: Record<string, string> = {},
): Promise<Faulty> {
  const pipes = join(folder, 'fiu')
  const preload = globSync('/usr/lib/{,*/}fiu/fiu_{run,posix}_preload.so').sort().toReversed()
  const through = ['env', `FIU_CTRL_FIFO=${pipes}`, `LD_PRELOAD=${preload.join(':')}`]
  const server = await serve({ ROLLCALL_DATABASE: file, ...settings }, through)
  const tell = async (command: string) => {
    await promisify(execFile)('fiu-ctrl', ['-f', pipes, '-c', command, `${server.child.pid}`])
  }
  return {
    ...server,
    async fail(fault, errno, probability) {
      const how = `name=${fault},failinfo=${ERRNO[errno]}`
      await tell(
        probability === undefined ? `enable ${how}` : `enable_random ${how},probability=${probability}`,
      )
    },
    async heal(...faults) {
      for (const fault of faults) await tell(`disable name=${fault}`)
    },
  }
}
