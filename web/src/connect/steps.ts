// What to write where, to connect a Prosody: the lines of prosody/README.md, with this server's address.

export type Step = { what: string; code: string }
export const WAYS = ['debian', 'docker', 'plain', 'eventSync'] as const
export type Way = (typeof WAYS)[number]

/** `token`: whether the server wants one. */
export function stepsFor(way: Way, url: string, token: boolean): Step[] {
  const settings = [`rollcall_url = "${url}"`, ...(token ? ['rollcall_token = "…"'] : [])]
  return STEPS[way](settings, url, token)
}

const STEPS = {
  debian: (settings) => [
    {
      what: 'From the folder prosody/ of Rollcall, copy the module:',
      code: 'mkdir -p /etc/prosody/rollcall\ncp mod_rollcall.lua rollcall*.lib.lua /etc/prosody/rollcall/',
    },
    {
      what: 'In /etc/prosody/conf.avail/<your domain>.cfg.lua, above the first VirtualHost:',
      code: [
        'plugin_paths = { "/usr/share/jitsi-meet/prosody-plugins/", "/etc/prosody/rollcall" }',
        '',
        ...settings,
      ].join('\n'),
    },
    {
      what: 'Add "rollcall" to modules_enabled of the components conference.…, breakout.… and lobby.…:',
      code: 'Component "conference.meet.example.com" "muc"\n    modules_enabled = {\n        "muc_meeting_id"; -- and what else is there\n        "rollcall";\n    }',
    },
    { what: 'Then:', code: 'systemctl restart prosody' },
  ],
  docker: (settings) => [
    {
      what: 'Copy mod_rollcall.lua and rollcall*.lib.lua from the folder prosody/ of Rollcall:',
      code: 'mkdir -p ~/.jitsi-meet-cfg/prosody/prosody-plugins-custom\ncp mod_rollcall.lua rollcall*.lib.lua ~/.jitsi-meet-cfg/prosody/prosody-plugins-custom/',
    },
    {
      what: 'In .env:',
      code: [
        'XMPP_MUC_MODULES=rollcall',
        'XMPP_BREAKOUT_MUC_MODULES=rollcall',
        'XMPP_LOBBY_MUC_MODULES=rollcall',
        `GLOBAL_CONFIG='${settings.join('\\n')}'`,
      ].join('\n'),
    },
    { what: 'Then:', code: 'docker compose up -d' },
  ],
  plain: (settings) => [
    {
      what: 'From the folder prosody/ of Rollcall, copy the module:',
      code: 'mkdir -p /etc/prosody/rollcall\ncp mod_rollcall.lua rollcall*.lib.lua /etc/prosody/rollcall/',
    },
    {
      what: 'In the configuration of Prosody:',
      code: [
        'plugin_paths = { "/etc/prosody/rollcall" } -- beside what is there',
        '',
        'Component "rooms.example.com" "muc"',
        '    modules_enabled = { "rollcall" }',
        ...settings.map((line) => `    ${line}`),
      ].join('\n'),
    },
    { what: 'Then:', code: 'systemctl restart prosody' },
  ],
  eventSync: (_, url, token) => [
    {
      what: 'A site that runs event_sync already changes one address of its component:',
      code: [
        'Component "esync.meet.example.com" "event_sync_component"',
        '    muc_component = "conference.meet.example.com"',
        '    breakout_component = "breakout.meet.example.com"',
        `    api_prefix = "${url}/event-sync"`,
        ...(token ? ['    api_headers = { ["Authorization"] = "Bearer …" }'] : []),
      ].join('\n'),
    },
    { what: 'Then:', code: 'systemctl restart prosody' },
  ],
} satisfies Record<Way, (settings: string[], url: string, token: boolean) => Step[]>
