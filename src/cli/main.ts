#!/usr/bin/env node
// The command line: one file per command.
import { existsSync } from 'node:fs'
import { Command } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { SettingError } from '../config.ts'
import { OpenError } from '../store/errors.ts'

/** Only the one that is asked for is loaded: all of them, for the help, take half a second. */
const COMMANDS = new Map([
  ['serve', async () => (await import('./serve.ts')).serveCommand()],
  ['copy', async () => (await import('./copy.ts')).copyCommand()],
  ['attendance', async () => (await import('./attendance.ts')).attendanceCommand()],
  ['simulate', async () => (await import('./simulate.ts')).simulateCommand()],
])

if (existsSync('.env')) process.loadEnvFile()

const program = new Command('rollcall').description(packageJson.description).version(packageJson.version)

try {
  const asked = COMMANDS.get(process.argv[2] ?? '')
  for (const load of asked ? [asked] : COMMANDS.values()) program.addCommand(await load())
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof SettingError || error instanceof OpenError)) throw error
  const code = error instanceof OpenError ? ` (${error.code})` : ''
  process.stderr.write(`rollcall: ${error.message}${code}\n`)
  process.exitCode = 1
}
