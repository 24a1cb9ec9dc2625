// Prosody 13, which new Jitsi sites run, in a Debian 13 folder that is made once and used by the tests with
// chroot. Run by itself it makes the folder and prints where it is.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { argv, env, getuid } from 'node:process'
import { fileURLToPath } from 'node:url'

const SUITE = 'trixie'
/** What Prosody needs besides itself; naming prosody here fails, it is installed afterwards. */
const PACKAGES =
  'lua5.4,lua-socket,lua-sec,lua-bitop,lua-expat,lua-filesystem,lua-event,lua-unbound,lua-readline,lua-posix,' +
  'ssl-cert,adduser'

/**
 * The folder with Debian 13 and Prosody in it, made if it is not there (about a minute). Throws with what to do
 * if it cannot be made here.
 */
export function prosody13(): string {
  const folder = env['ROLLCALL_PROSODY13_ROOT'] ?? '/var/cache/rollcall/prosody13'
  if (existsSync(join(folder, 'usr/bin/prosody'))) {
    if (getuid?.() !== 0) throw new Error('Prosody 13 runs in a chroot, and chroot needs root')
    return folder
  }
  if (getuid?.() !== 0 || !runs('apt-get', ['--version'])) {
    throw new Error(`${folder} has no Prosody 13, and only root on a Debian with apt can make it`)
  }
  if (!existsSync('/usr/sbin/debootstrap')) {
    run('apt-get', ['update'])
    run('apt-get', ['install', '-y', '--no-install-recommends', 'debootstrap'])
  }
  // Made beside its place and moved there when it is whole: an interrupted attempt is never taken for it.
  mkdirSync(dirname(folder), { recursive: true })
  const attempt = mkdtempSync(`${folder}-`)
  try {
    run('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, SUITE, attempt, mirror()])
    // The package's script would start a server otherwise.
    writeFileSync(join(attempt, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 })
    run('chroot', [attempt, 'apt-get', 'install', '-y', '--no-install-recommends', 'prosody'])
    run('chmod', ['755', attempt])
    renameSync(attempt, folder)
  } catch (cause) {
    rmSync(attempt, { recursive: true, force: true })
    if (!existsSync(join(folder, 'usr/bin/prosody'))) throw cause // else another process was faster
  }
  return folder
}

/** Where apt gets the running release from: that mirror has the next one, too. */
function mirror(): string {
  const release = /^VERSION_CODENAME=(\S+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? ''
  const format = '$(REPO_URI) $(CODENAME) $(COMPONENT)'
  const listed = spawnSync('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'])
  for (const line of listed.stdout.toString().split('\n')) {
    const [uri = '', codename, component] = line.split(' ')
    if (codename === release && component === 'main') return uri
  }
  throw new Error(`apt has no source of Debian ${release} main, so there is no mirror to make Debian 13 from`)
}

function runs(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

function run(command: string, args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status === 0) return
  const said = `${stdout?.toString() ?? ''}${stderr?.toString() ?? ''}`.split('\n').slice(-15).join('\n')
  throw new Error(`${command} ${args[0] ?? ''} failed, so there is no Prosody 13:\n${said}`, { cause: error })
}

if (argv[1] === fileURLToPath(import.meta.url)) console.log(prosody13())
