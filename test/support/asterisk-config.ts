import type { AsteriskSetting } from './asterisk.ts'

/** Whom the PBX takes calls of: by the address that they come from, or by user and password. */
export const ASTERISK_CALLERS = {
  /** Without a password. */
  plain: '127.0.0.1',
  /** Rings reliably or not at all, and asks for a session timer of its own. */
  strict: '127.0.0.2',
  /** TLS, and audio encrypted with keys in the SDP. */
  secret: '127.0.0.3',
  /** Has to register, and is challenged for each call. */
  registered: '127.0.0.4',
  /** Their keys come by INFO, or in the audio. */
  info: '127.0.0.5',
  inband: '127.0.0.6',
} as const

export const ASTERISK_LOGIN = { username: 'outdial', password: 'a-long-secret' }

/** Below which no session timer is taken, in seconds. */
export const ASTERISK_LEAST_SESSION = 120

/** The files of `/etc/asterisk`. `inside`: the work folder, as Asterisk sees it. */
export function asteriskFiles(setting: AsteriskSetting, inside: string): Record<string, string> {
  return {
    'asterisk.conf': directories(inside, setting.moduleFolder),
    'modules.conf': `[modules]\nautoload = no\n${MODULES.map((name) => `load = ${name}.so\n`).join('')}`,
    'logger.conf': '[general]\ndateformat = %T\n[logfiles]\nnotes => notice,warning,error\n',
    'rtp.conf': '[general]\nrtpstart = 30000\nrtpend = 30999\nicesupport = no\n',
    'pjsip.conf': sipConfiguration(setting, inside),
    'extensions.conf': dialplan(setting, inside),
    'features.conf': '',
    'indications.conf': '[general]\ncountry = us\n[us]\nring = 440+480/2000,0/4000\n',
  }
}

const MODULES = [
  ...['res_timing_timerfd', 'res_crypto', 'res_sorcery_config', 'res_sorcery_memory'],
  ...['res_sorcery_astdb', 'res_pjproject', 'res_pjsip', 'res_pjsip_session', 'res_pjsip_pubsub'],
  ...['res_pjsip_endpoint_identifier_ip', 'res_pjsip_endpoint_identifier_user', 'res_pjsip_nat'],
  ...['res_pjsip_authenticator_digest', 'res_pjsip_caller_id', 'res_pjsip_registrar'],
  ...[
    'res_pjsip_refer',
    'res_pjsip_sdp_rtp',
    'res_pjsip_rfc3326',
    'res_pjsip_dtmf_info',
    'res_pjsip_dlg_options',
  ],
  ...['res_rtp_asterisk', 'res_srtp', 'chan_pjsip', 'codec_ulaw', 'codec_alaw', 'codec_g722'],
  ...['format_wav', 'format_pcm', 'bridge_simple', 'bridge_builtin_features', 'bridge_softmix'],
  ...['pbx_config', 'app_dial', 'app_echo', 'app_playback', 'app_read', 'app_record'],
  ...['app_senddtmf', 'app_stack', 'app_verbose', 'func_channel', 'func_logic', 'func_strings'],
  ...['codec_resample', 'app_system'],
]

function directories(inside: string, moduleFolder: string): string {
  const folders = ['etc', 'varlib', 'db', 'key', 'agi', 'spool', 'run', 'log', 'cache']
  const lines = folders.map((name) => `ast${name}dir => ${inside}/${name}`)
  const more = [`astmoddir => ${moduleFolder}`, 'astdatadir => /usr/share/asterisk']
  return `[directories]
${[...lines, ...more].join('\n')}
[options]
nocolor = yes
hideconnect = yes
entityid = 02:00:00:00:00:01
`
}

function sipConfiguration({ ports, callees = [] }: AsteriskSetting, inside: string): string {
  const transport = (protocol: string, port: number, more = ''): string =>
    `[${protocol}]\ntype = transport\nprotocol = ${protocol}\nbind = 127.0.0.1:${port}\n${more}`
  const files = `cert_file = ${inside}/etc/own.pem\npriv_key_file = ${inside}/etc/own.key\n`
  const { username, password } = ASTERISK_LOGIN
  return `[global]
type = global
endpoint_identifier_order = ip,auth_username

${transport('udp', ports.plain)}
${transport('tcp', ports.plain)}
${transport('tls', ports.tls, `method = tlsv1_2\n${files}`)}
[caller](!)
type = endpoint
context = outdial
disallow = all
allow = ulaw,alaw,g722
direct_media = no
moh_passthrough = yes
trust_id_inbound = yes
media_address = 127.0.0.1

[plain](caller)
${identify('plain')}
[info](caller)
dtmf_mode = info
${identify('info')}
[inband](caller)
dtmf_mode = inband
${identify('inband')}
[strict](caller)
100rel = required
timers = required
timers_min_se = ${ASTERISK_LEAST_SESSION}
${identify('strict')}
[secret](caller)
media_encryption = sdes
${identify('secret')}
[${username}](caller)
auth = ${username}
aors = ${username}
identify_by = auth_username
[${username}]
type = auth
username = ${username}
password = ${password}
[${username}]
type = aor
max_contacts = 1
remove_existing = yes
${callees.map(({ name, host, port }) => phone(name, `sip:${name}@${host}:${port}`)).join('')}`
}

function identify(name: keyof typeof ASTERISK_CALLERS): string {
  return `[${name}]\ntype = identify\nendpoint = ${name}\nmatch = ${ASTERISK_CALLERS[name]}\n`
}

function phone(name: string, uri: string): string {
  return `
[${name}](caller)
aors = ${name}
[${name}]
type = aor
contact = ${uri}
`
}

/** What the extensions do. Sounds are `tone` and what was recorded; notes go to the log. */
function dialplan({ callees = [] }: AsteriskSetting, inside: string): string {
  return `[outdial]
; says a tone, then records what it hears
exten => 100,1,Answer()
 same => n,Playback(${inside}/tone)
 same => n,Record(${inside}/heard-\${CHANNEL(pjsip,call-id)}.wav,0,20,kq)
 same => n,Hangup()
; says a tone, then hangs up
exten => 110,1,Answer()
 same => n,Playback(${inside}/tone)
 same => n,Hangup()
; rings first
exten => 120,1,Ringing()
 same => n,Wait(0.3)
 same => n,Answer()
 same => n,Wait(20)
exten => 200,1,Answer()
 same => n,Echo()
; early media, then busy
exten => 300,1,Progress()
 same => n,Playback(${inside}/tone,noanswer)
 same => n,Hangup(17)
exten => 404,1,Hangup(1)
exten => 486,1,Hangup(17)
exten => 603,1,Hangup(21)
exten => 500,1,Ringing()
 same => n,Wait(60)
; reads four keys, and presses them
exten => 600,1,Answer()
 same => n,Read(KEYS,,4,,1,10)
 same => n,Log(NOTICE,keys \${KEYS})
 same => n,SendDTMF(\${KEYS},100,120)
 same => n,Wait(30)
; in a bridge with 200, so that it can be transferred
exten => 900,1,Dial(Local/200@outdial,20)
; it tells who transferred that somebody is there once there is a bridge again
exten => 910,1,Log(NOTICE,transferred to \${EXTEN})
 same => n,Dial(Local/110@outdial,20)
${callees.map(({ name }) => `exten => ${name},1,Dial(PJSIP/${name},20)`).join('\n')}
`
}
