// The least of a BOSH client: whatever is posted is answered, one request after another.

const BODY = 'http://jabber.org/protocol/httpbind'
const STREAM =
  'xmlns:xmpp="urn:xmpp:xbosh" xmpp:version="1.0" xmlns:stream="http://etherx.jabber.org/streams"'

export type Bosh = {
  jid: string
  /** Posts stanzas, and gives back what came. */
  send(stanzas: string): Promise<string>
}

/** Logs in; `headers` go with every request, as a browser and a proxy would send them. */
export async function boshClient(
  port: number,
  { name, domain, headers }: { name: string; domain: string; headers: Record<string, string> },
): Promise<Bosh> {
  let rid = 1_000
  async function post(attributes: string, content = ''): Promise<string> {
    const body = `<body xmlns="${BODY}" rid="${rid++}" ${attributes}>${content}</body>`
    const answer = await fetch(`http://127.0.0.1:${port}/http-bind`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml', ...headers },
      body,
    })
    return answer.text()
  }
  const created = await post(`to="${domain}" ver="1.6" wait="1" hold="1" ${STREAM}`)
  const sid = `sid="${/ sid=['"]([^'"]+)/.exec(created)?.[1] ?? ''}"`
  const secret = Buffer.from(`\0${name}\0any`).toString('base64')
  await post(sid, `<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">${secret}</auth>`)
  await post(`${sid} to="${domain}" xmpp:restart="true" ${STREAM}`)
  const bind = '<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><resource>bosh</resource></bind>'
  const bound = await post(sid, `<iq xmlns="jabber:client" type="set" id="bind">${bind}</iq>`)
  return { jid: /<jid>([^<]+)/.exec(bound)?.[1] ?? '', send: (stanzas) => post(sid, stanzas) }
}
