import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Trunk } from '#model'
import { endProgram, freePort, udpPortTaken } from './program.ts'
import type { Certificate } from './sip-certificates.ts'

export interface KamailioSetting {
  /** Where calls go, the first one first; the next where one refuses (500, 503) or is silent for a second. */
  readonly callees: readonly { readonly host: string; readonly port: number }[]
  /** Of more calls than that it says 503. */
  readonly mostCalls?: number
  readonly tls?: Certificate
  /** Where it listens; default 127.0.0.1. */
  readonly host?: string
}

/** A message that went through the proxy, as its log has it. */
export interface ProxiedRequest {
  readonly method: string
  readonly callId: string
  /** By which transport it came, and where it goes: `<` towards the caller, `>` towards the callee. */
  readonly transport: string
  readonly direction: '<' | '>'
  /** Whether it followed the route set of a dialog. */
  readonly isRouted: boolean
}

const HOST = '127.0.0.1'
const REALM = 'carrier.example'
export const KAMAILIO_LOGIN = { username: 'alice', password: 'secret' }

/** It is a package of its own. */
export function hasTlsModule(): boolean {
  const triplet = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`
  return existsSync(`/usr/lib/${triplet}/kamailio/modules/tls.so`)
}

interface Ports {
  readonly port: number
  readonly tlsPort: number
}

/** Kamailio as a carrier's edge: registrar, and proxy of those who are registered, who call one another as well. */
export class Kamailio {
  readonly #host: string
  readonly #ports: Ports
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #printed: string[] = []

  private constructor(host: string, ports: Ports, child: ChildProcess, folder: string) {
    this.#host = host
    this.#ports = ports
    this.#child = child
    this.#folder = folder
    child.stderr?.on('data', (chunk: Buffer) => this.#printed.push(String(chunk)))
  }

  static async start(setting: KamailioSetting): Promise<Kamailio> {
    const folder = mkdtempSync(join(tmpdir(), 'outdial-kamailio-'))
    const ports = { port: await freePort(), tlsPort: await freePort() }
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    if (setting.tls !== undefined) {
      file('own.pem', setting.tls.certificate)
      file('own.key', setting.tls.key)
    }
    const list = setting.callees.map(
      ({ host, port: calleePort }, at) => `1 sip:${host}:${calleePort} 0 ${100 - at}\n`,
    )
    file('dispatcher.list', list.join(''))
    const path = file('kamailio.cfg', config(folder, ports, setting))
    const memory = ['-m', '32', '-M', '4']
    const words = ['-f', path, '-DD', '-E', ...memory, '-Y', folder, '-w', folder]
    const child = spawn('kamailio', words, { stdio: ['ignore', 'ignore', 'pipe'] })
    const kamailio = new Kamailio(setting.host ?? HOST, ports, child, folder)
    try {
      await udpPortTaken(ports.port, once(child, 'exit'))
      return kamailio
    } catch (cause) {
      child.kill('SIGKILL')
      throw new Error(`Kamailio did not start: ${kamailio.printed}`, { cause })
    }
  }

  /** A trunk that registers here and calls through here. */
  trunk(transport: 'udp' | 'tcp' | 'tls', more: Partial<Trunk> = {}): Trunk {
    return {
      ...{ name: `kamailio-${transport}`, host: this.#host, transport },
      port: transport === 'tls' ? this.tlsPort : this.#ports.port,
      ...{ ...KAMAILIO_LOGIN, registerSeconds: 600, invalidCallerId: 'decline' },
      ...more,
    }
  }

  get tlsPort(): number {
    return this.#ports.tlsPort
  }

  /** What passed, in order, repetitions left out; of one call, or of all. */
  passed(callId?: string): ProxiedRequest[] {
    const lines = this.printed.matchAll(/passed (\w+) \d+ (\S+) (\w+) ([<>]) (loose|first)/g)
    const once = new Map([...lines].map((line) => [line[0], line]))
    return [...once.values()]
      .map(([, method = '', id = '', transport = '', direction, how]) => ({
        ...{ method, callId: id, transport },
        direction: direction as '<' | '>',
        isRouted: how === 'loose',
      }))
      .filter((one) => callId === undefined || one.callId === callId)
  }

  /** All that it logged. */
  get printed(): string {
    return this.#printed.join('')
  }

  async stop(): Promise<void> {
    await endProgram(this.#child)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function config(folder: string, { port, tlsPort }: Ports, setting: KamailioSetting): string {
  const { tls, mostCalls = 1000, host = HOST } = setting
  const modules = ['kex', 'corex', 'tm', 'tmx', 'sl', 'rr', 'pv', 'maxfwd', 'textops', 'siputils']
  const more = ['xlog', 'usrloc', 'registrar', 'auth', 'dispatcher', 'pipelimit', 'nathelper']
  const parameters = {
    ...{ tm: ['fr_timer', 1000], auth: ['qop', '"auth"'], usrloc: ['db_mode', 0] },
    // Counted by the hour, so that no test depends on when a second begins.
    ...{ pipelimit: ['timer_interval', 3600] },
  }
  return `#!KAMAILIO
debug=2
log_stderror=yes
children=2
tcp_children=2
auto_aliases=no
dns=no
rev_dns=no
listen=udp:${host}:${port}
listen=tcp:${host}:${port}
${tls === undefined ? '' : `enable_tls=yes\nlisten=tls:${host}:${tlsPort}\nloadmodule "tls.so"`}
${[...modules, ...more].map((name) => `loadmodule "${name}.so"`).join('\n')}
${Object.entries(parameters)
  .map(([module, [name, value]]) => `modparam("${module}", "${name}", ${value})`)
  .join('\n')}
modparam("dispatcher", "list_file", "${folder}/dispatcher.list")
modparam("dispatcher", "flags", 2)
modparam("dispatcher", "xavp_dst", "next")
${tls === undefined ? '' : tlsParameters(folder)}
${requestRoute(mostCalls)}
${DIALOG_ROUTES}`
}

/** Its own default is TLS 1.0 alone. */
function tlsParameters(folder: string): string {
  const values = {
    ...{ tls_method: 'TLSv1.2+', verify_certificate: 0 },
    ...{ certificate: `${folder}/own.pem`, private_key: `${folder}/own.key` },
  }
  return Object.entries(values)
    .map(([name, value]) => `modparam("tls", "${name}", ${JSON.stringify(value)})`)
    .join('\n')
}

/** Who has registered calls through it: each call is challenged, and goes to the dispatcher. */
function requestRoute(mostCalls: number): string {
  const login = `"${REALM}", "${KAMAILIO_LOGIN.password}", "0"`
  return `
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) { route(IN_DIALOG); exit; }
  if (is_method("CANCEL")) {
    xlog("L_NOTICE", "passed $rm $cs $ci $proto > first\n");
    if (t_check_trans()) t_relay();
    exit;
  }
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  t_check_trans();
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate(${login})) { www_challenge("${REALM}", "1"); exit; }
    # Its connection is the way to who has registered by one.
    set_contact_alias();
    save("location");
    exit;
  }
  if (!is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
  if (!pv_proxy_authenticate(${login})) { proxy_challenge("${REALM}", "1"); exit; }
  if (!registered("location", "sip:$au@${HOST}")) { sl_send_reply("403", "Unknown"); exit; }
  consume_credentials();
  if (!pl_check("calls", "taildrop", "${mostCalls}")) { sl_send_reply("503", "Too many"); exit; }
  xlog("L_NOTICE", "passed $rm $cs $ci $proto > first\n");
  record_route();
  if (lookup("location")) {
    handle_ruri_alias();
    t_on_reply("REGISTERED");
    t_relay();
    exit;
  }
  if (!ds_select_dst("1", "8")) { sl_send_reply("503", "No destination"); exit; }
  t_on_failure("NEXT");
  t_relay();
}`
}

const DIALOG_ROUTES = `
route[IN_DIALOG] {
  if (loose_route()) {
    handle_ruri_alias();
    $var(way) = "<";
    if (is_direction("downstream")) $var(way) = ">";
    xlog("L_NOTICE", "passed $rm $cs $ci $proto $var(way) loose\n");
    t_relay();
  } else if (is_method("ACK")) {
    if (t_check_trans()) t_relay();
  } else {
    xlog("L_NOTICE", "passed $rm $cs $ci $proto > first\n");
    sl_send_reply("404", "Not here");
  }
}

onreply_route[REGISTERED] {
  set_contact_alias();
}

failure_route[NEXT] {
  if (t_is_canceled()) exit;
  if (t_check_status("500|503") || (t_branch_timeout() && !t_branch_replied())) {
    if (ds_next_dst()) { t_on_failure("NEXT"); t_relay(); }
  }
}
`
