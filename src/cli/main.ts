#!/usr/bin/env node
// The command line: one file per command.
import { existsSync } from 'node:fs'
import { Command } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { SettingError } from '../config.ts'
import { OpenError } from '../store/errors.ts'
import { attendanceCommand } from './attendance.ts'
import { copyCommand } from './copy.ts'
import { serveCommand } from './serve.ts'
import { simulateCommand } from './simulate.ts'

if (existsSync('.env')) process.loadEnvFile()

const program = new Command('rollcall')
  .description(packageJson.description)
  .version(packageJson.version)
  .addCommand(serveCommand())
  .addCommand(copyCommand())
  .addCommand(attendanceCommand())
  .addCommand(simulateCommand())

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof SettingError || error instanceof OpenError)) throw error
  const code = error instanceof OpenError ? ` (${error.code})` : ''
  process.stderr.write(`rollcall: ${error.message}${code}\n`)
  process.exitCode = 1
}
