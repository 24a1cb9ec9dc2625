// A file system of a few MiB for one test: one that can really be full, or go read-only by itself.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { serve, type Running } from '../support/process.ts'
import { kill } from './during.ts'

export type SmallDisk = {
  folder: string
  /** Resolves with a server on a file of this disk. It is killed before the disk goes. */
  serve(file: string): Promise<Running>
}

/** A reason to skip, or false where the tests can run. */
export const cannotMount = tryToMount()

/** The same for ext4 in a file. */
export const cannotLoop =
  cannotMount || (!existsSync('/dev/loop-control') && 'there are no loop devices here')

/** In memory. Gone after the test, and the servers on it before. */
export function smallDisk(t: TestContext, mebibytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-disk-'))
  must('mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=755`, 'rollcall-test', folder)
  return onDisk(t, folder)
}

export type Ext4 = SmallDisk & {
  /** From now on the kernel refuses every write, as after an error of the disk; for good. */
  goReadOnly(): void
  /** Repaired and writable, as an operator leaves it. No server may have a file of it open. */
  mountAgain(): void
}

/** The same with ext4 in a file, as Debian mounts its root: read-only at the first error that it sees. */
export function smallExt4(t: TestContext, mebibytes: number): Ext4 {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-disk-'))
  const image = `${folder}.img`
  writeFileSync(image, '')
  must('truncate', '-s', `${mebibytes}M`, image)
  must('mkfs.ext4', '-q', image)
  const mountIt = () => must('mount', '-o', 'loop,errors=remount-ro', image, folder)
  mountIt()
  const disk = onDisk(t, folder)
  t.after(() => rmSync(image))
  const device = must('findmnt', '-no', 'SOURCE', folder).trim().replace('/dev/', '')
  return {
    ...disk,
    goReadOnly: () => writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, 'a test of Rollcall'),
    mountAgain() {
      must('umount', folder)
      // 1: it has found errors, such as ours, and corrected them.
      must('sh', '-c', `e2fsck -fy ${image} || [ $? = 1 ]`)
      mountIt()
    },
  }
}

function onDisk(t: TestContext, folder: string): SmallDisk {
  const servers: Running[] = []
  t.after(async () => {
    for (const server of servers) await kill(server)
    must('umount', folder)
    rmdirSync(folder)
  })
  return {
    folder,
    async serve(file) {
      const server = await serve({ ROLLCALL_DATABASE: file })
      servers.push(server)
      return server
    },
  }
}

function tryToMount(): string | false {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-disk-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'rollcall-test', folder])
  if (status === 0) must('umount', folder)
  rmdirSync(folder)
  if (status === 0) return false
  console.log('Left out: the tests with a full disk. They need root, and the right to mount a file system.')
  return 'a file system cannot be mounted here'
}

function must(program: string, ...args: string[]): string {
  // Root's path: where a test is run as root by sudo or su, it may be another's.
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` }
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env })
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`)
  return stdout
}
