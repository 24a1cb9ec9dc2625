// The configuration of a test's Prosody: hosts and components as a Jitsi site has them, and a plain one.

export type ConfigOptions = {
  /** Of the Rollcall server. */
  url: string
  token?: string
  /** More settings of the module, as Lua: `rollcall_timeout = 2`. */
  settings?: string[]
  /** More modules for everyone, such as smacks. */
  modules?: string[]
  /** More global settings, as Lua. */
  globals?: string[]
  /** More settings of the plain MUC component, as Lua. */
  plain?: string[]
  /** Instead of all MUC components: their configuration, as an administrator would write it. */
  components?: (folder: string) => string
}

type Place = { folder: string; tcpPort: number; httpPort: number }

export function configuration({ folder, tcpPort, httpPort, ...options }: Place & ConfigOptions): string {
  const modules = ['c2s', 'roster', 'saslauth', 'disco', 'websocket', 'bosh', 'admin_shell']
  const rollcall = [
    `rollcall_url = "${options.url}"`,
    ...(options.token === undefined ? [] : [`rollcall_token = "${options.token}"`]),
    ...(options.settings ?? []),
  ]
  const muc = (host: string, extra: string[], lines: string[] = []) => [
    `Component "${host}" "muc"`,
    `  storage = "${host === 'rooms.meet.test' ? 'internal' : 'memory'}"`,
    `  modules_enabled = { ${['rollcall', ...extra].map((name) => `"${name}"`).join(', ')} }`,
    '  admins = { "focus@auth.meet.test" }',
    '  component_admins_as_room_owners = true',
    '  muc_room_locking = false',
    '  muc_room_default_public_jids = true',
    ...rollcall.map((line) => `  ${line}`),
    ...lines.map((line) => `  ${line}`),
    '',
  ]
  const mucs = [
    ...muc(
      'conference.meet.test',
      ['rollcall_fixture_meeting_id', 'rollcall_fixture_breakout', 'rollcall_fixture_lobby'],
      ['fixture_breakout_muc = "breakout.meet.test"', 'fixture_lobby_muc = "lobby.meet.test"'],
    ),
    ...muc('breakout.meet.test', ['rollcall_fixture_meeting_id']),
    ...muc('lobby.meet.test', []),
    ...muc('internal.auth.meet.test', []),
    ...muc('rooms.meet.test', [], options.plain),
  ]
  return [
    'daemonize = false',
    `log = { ${process.env['ROLLCALL_TEST_DEBUG'] === undefined ? 'info' : 'debug'} = "${folder}/prosody.log" }`,
    `pidfile = "${folder}/prosody.pid"`,
    `data_path = "${folder}/data"`,
    `admin_socket = "${folder}/data/prosody.sock"`,
    `plugin_paths = { "${folder}/plugins0", "${folder}/plugins1" }`,
    'interfaces = { "127.0.0.1" }',
    'local_interfaces = { "127.0.0.1" }',
    `c2s_ports = { ${tcpPort} }`,
    'c2s_direct_tls_ports = {}',
    `http_ports = { ${httpPort} }`,
    'http_interfaces = { "127.0.0.1" }',
    'https_ports = {}',
    's2s_ports = {}',
    'http_default_host = "meet.test"',
    `modules_enabled = { ${[...modules, ...(options.modules ?? [])].map((name) => `"${name}"`).join(', ')} }`,
    'modules_disabled = { "s2s", "tls" }',
    'c2s_require_encryption = false',
    'allow_unencrypted_plain_auth = true',
    'consider_websocket_secure = true',
    'consider_bosh_secure = true',
    'muc_room_cache_size = 10000',
    'trusted_proxies = { "127.0.0.1" }',
    'authentication = "insecure"',
    `insecure_open_authentication = "Yes please, I know what I'm doing!"`,
    ...(options.globals ?? []),
    '',
    ...(options.components ? [options.components(folder)] : mucs),
    'VirtualHost "meet.test"',
    '  modules_enabled = { "rollcall_fixture_token" }',
    'VirtualHost "auth.meet.test"',
  ].join('\n')
}
