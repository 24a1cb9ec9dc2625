// Where a command writes what it made: standard output, or a file that is there when it is whole.
import { createWriteStream, rmSync } from 'node:fs'
import { realpath, rename, rm, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { SettingError } from '../config.ts'

/** Throws SettingError if it cannot be written; of a file nothing is left then. */
export async function save(content: NodeJS.ReadableStream, output: string | undefined): Promise<void> {
  const place = output ?? 'to standard output'
  try {
    await (output === undefined ? print(content) : write(content, output))
  } catch (error) {
    throw isOfFiles(error) ? new SettingError(`cannot write ${place}: ${error.message}`) : error
  }
}

async function print(content: NodeJS.ReadableStream): Promise<void> {
  try {
    await pipeline(content, process.stdout, { end: false })
  } catch (error) {
    // Whoever reads it has seen enough, as `head` has.
    if (!(isOfFiles(error) && error.code === 'EPIPE')) throw error
  }
}

async function write(content: NodeJS.ReadableStream, output: string): Promise<void> {
  const before = await stat(output).catch(() => undefined)
  // A device or a pipe is written to: another file in its place would be its end.
  if (before && !before.isFile()) return pipeline(content, createWriteStream(output))
  const whole = before ? await realpath(output) : output
  const unfinished = `${whole}.${process.pid}.part`
  const stop = (signal: NodeJS.Signals) => {
    rmSync(unfinished, { force: true })
    process.kill(process.pid, signal)
  }
  for (const signal of SIGNALS) process.once(signal, stop)
  try {
    // Who may read the file that was there may read the new one, and nobody else.
    await pipeline(
      content,
      createWriteStream(unfinished, { flags: 'wx', ...(before && { mode: before.mode }) }),
    )
    await rename(unfinished, whole)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
