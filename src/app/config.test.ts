import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { OutdialError } from '#base'
import { type Config, loadConfig, parseHostPort } from './config.ts'

describe('loadConfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-config-'))
  const file = join(folder, 'settings.env')
  before(() => writeFileSync(file, '# ours\nOUTDIAL_LINES=7\nOUTDIAL_CPS="2.5"\n'))
  after(() => rmSync(folder, { recursive: true }))

  it('has a default for everything', () => {
    const config = loadConfig({})
    assert.deepEqual(config.http, { host: '127.0.0.1', port: 8080 })
    assert.equal(config.dataFolder, resolve('outdial-data'))
    assert.deepEqual(config.sip, { host: '0.0.0.0', port: 5060 })
    assert.deepEqual(config.rtpPorts, { low: 20_000, high: 29_999 })
    assert.deepEqual([config.lines, config.callsPerSecond], [10, 5])
    assert.deepEqual(config.allowPrivateUrls, [])
    assert.deepEqual([config.ringTimeoutSeconds, config.drainSeconds], [60, 30])
    assert.deepEqual(
      [config.node, config.logLevel, config.recordsCalls],
      [hostname(), 'info', false],
    )
    for (const name of ['databaseUrl', 'account', 'trunk']) assert.ok(!(name in config), name)
  })

  const read: readonly (readonly [string, string, Partial<Config>])[] = [
    ['OUTDIAL_HTTP', '[::1]:80', { http: { host: '::1', port: 80 } }],
    ['OUTDIAL_HTTP', ':8080', { http: { host: '0.0.0.0', port: 8080 } }],
    ['OUTDIAL_DATA', '/var/lib/outdial', { dataFolder: '/var/lib/outdial' }],
    ['DATABASE_URL', 'postgresql://u:p@h/d', { databaseUrl: 'postgresql://u:p@h/d' }],
    ['OUTDIAL_ACCOUNT', 'demo:12:34', { account: { login: 'demo', pin: '12:34' } }],
    ['OUTDIAL_SIP', '192.0.2.1:5061', { sip: { host: '192.0.2.1', port: 5061 } }],
    ['OUTDIAL_RTP_PORTS', '1024-65535', { rtpPorts: { low: 1024, high: 65_535 } }],
    ['OUTDIAL_LINES', '100000', { lines: 100_000 }],
    ['OUTDIAL_CPS', '0.5', { callsPerSecond: 0.5 }],
    [
      'OUTDIAL_ALLOW_PRIVATE_URLS',
      '10.1.0.0/16, fd00::/8',
      { allowPrivateUrls: ['10.1.0.0/16', 'fd00::/8'] },
    ],
    ['OUTDIAL_RING_TIMEOUT', '5', { ringTimeoutSeconds: 5 }],
    ['OUTDIAL_DRAIN', '0', { drainSeconds: 0 }],
    ['OUTDIAL_NODE', 'a', { node: 'a' }],
    ['OUTDIAL_RECORD', 'on', { recordsCalls: true }],
    ['OUTDIAL_RECORD_EARLY_MEDIA', 'on', { recordsEarlyMedia: true }],
    ['OUTDIAL_RECORDING_KEY', '00'.repeat(32), { recordingKey: Buffer.alloc(32) }],
    ['OUTDIAL_RECORDING_DAYS', '7', { recordingDays: 7 }],
    ['OUTDIAL_LOG', 'debug', { logLevel: 'debug' }],
    ['OUTDIAL_LINES', '', { lines: 10 }],
  ]
  for (const [name, text, expected] of read) {
    it(`reads ${name}=${text}`, () => {
      const config: Partial<Record<string, unknown>> = { ...loadConfig({ [name]: text }) }
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(config[key], value)
    })
  }

  it('reads the bucket of recordings with its keys, and needs both', () => {
    const url = 'https://s3.example.com/bucket/calls/?region=eu-central-1'
    const settings = { OUTDIAL_RECORDING_BUCKET: url, AWS_ACCESS_KEY_ID: 'id' }
    const bucket = { url: 'https://s3.example.com/bucket/calls', region: 'eu-central-1' }
    assert.deepEqual(loadConfig({ ...settings, AWS_SECRET_ACCESS_KEY: 's/+' }).recordingBucket, {
      ...bucket,
      ...{ accessKeyId: 'id', secretAccessKey: 's/+' },
    })
    const message = 'AWS_SECRET_ACCESS_KEY: It is not set, and OUTDIAL_RECORDING_BUCKET needs it.'
    assert.throws(() => loadConfig(settings), { code: 'setting-invalid', message })
    assert.equal(loadConfig({ AWS_ACCESS_KEY_ID: 'id' }).recordingBucket, undefined)
  })

  it('reads the trunk', () => {
    const { trunk } = loadConfig({ OUTDIAL_TRUNK: 'sip:pbx:5070' })
    assert.deepEqual([trunk?.name, trunk?.host, trunk?.port], ['default', 'pbx', 5070])
  })

  const refused: readonly (readonly [string, string, string])[] = [
    ['OUTDIAL_HTTP', '8080', '"8080" is not address:port, for example 127.0.0.1:8080.'],
    ['OUTDIAL_HTTP', 'h:65536', '"h:65536" is not address:port, for example 127.0.0.1:8080.'],
    ['OUTDIAL_SIP', '::1:5060', '"::1:5060" is not address:port, for example 127.0.0.1:8080.'],
    ['OUTDIAL_RECORDING_DAYS', '0', '"0" is not a whole number from 1 to 36500.'],
    [
      'OUTDIAL_RECORDING_BUCKET',
      'https://id:key@s3.example.com/bucket',
      'It may not name keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    ],
    [
      'OUTDIAL_RECORDING_BUCKET',
      'https://s3.example.com/bucket?regio=x',
      '"regio" is no parameter of it; region is.',
    ],
    [
      'OUTDIAL_RECORDING_BUCKET',
      'https://s3.example.com/bucket/my calls',
      'The names of bucket and prefix may have letters, digits and - . _ ~ only.',
    ],
    [
      'OUTDIAL_RECORDING_BUCKET',
      's3://bucket',
      'It is not the address of a bucket, for example https://s3.eu-central-1.amazonaws.com/bucket/prefix?region=eu-central-1.',
    ],
    ['OUTDIAL_LINES', '0', '"0" is not a whole number from 1 to 100000.'],
    ['OUTDIAL_LINES', '1e3', '"1e3" is not a whole number from 1 to 100000.'],
    ['OUTDIAL_CPS', '0', '"0" is not a number above 0, for example 5 or 0.5.'],
    ['OUTDIAL_CPS', '-1', '"-1" is not a number above 0, for example 5 or 0.5.'],
    ['OUTDIAL_RING_TIMEOUT', '4', '"4" is not a whole number from 5 to 600.'],
    ['OUTDIAL_DRAIN', '3601', '"3601" is not a whole number from 0 to 3600.'],
    ['OUTDIAL_ACCOUNT', ':1', 'It is not login:pin, for example demo:1234.'],
    ['OUTDIAL_ACCOUNT', 'demo', 'It is not login:pin, for example demo:1234.'],
    ['OUTDIAL_LOG', 'loud', '"loud" is none of debug, info, warn, error.'],
    ['OUTDIAL_RECORD', 'yes', '"yes" is none of on, off.'],
  ]
  for (const [name, text, why] of refused) {
    it(`refuses ${name}=${text}`, () => {
      assert.throws(() => loadConfig({ [name]: text }), fault('setting-invalid', `${name}: ${why}`))
    })
  }

  it('refuses what is no database, no range of ports, no trunk', () => {
    for (const [name, text] of [
      ['DATABASE_URL', 'mysql://h/d'],
      ['OUTDIAL_RTP_PORTS', '20000'],
      ['OUTDIAL_RTP_PORTS', '1023-2000'],
      ['OUTDIAL_RTP_PORTS', '3000-2000'],
      ['OUTDIAL_TRUNK', 'sips:h'],
    ] as const) {
      const names = new RegExp(`^${name}: `)
      assert.throws(() => loadConfig({ [name]: text }), { code: 'setting-invalid', message: names })
    }
  })

  it('refuses a name that is none, and says which was meant', () => {
    const sentence = 'OUTDIAL_CPSS is no setting. Did you mean OUTDIAL_CPS? Mend or unset it.'
    assert.throws(() => loadConfig({ OUTDIAL_CPSS: '1' }), fault('setting-unknown', sentence))
    const list = /^OUTDIAL_SOMETHING_ELSE is no setting\. There are: OUTDIAL_CONFIG, OUTDIAL_HTTP, /
    assert.throws(() => loadConfig({ OUTDIAL_SOMETHING_ELSE: '1' }), { message: list })
  })

  it('takes from the file what the environment does not say', () => {
    const { lines, callsPerSecond } = loadConfig({ OUTDIAL_CONFIG: file, OUTDIAL_LINES: '9' })
    assert.deepEqual([lines, callsPerSecond], [9, 2.5])
  })

  it('refuses an unknown name in the file, and a file that cannot be read', () => {
    const wrong = join(folder, 'wrong.env')
    writeFileSync(wrong, 'OUTDIAL_LINE=1\n')
    assert.throws(() => loadConfig({ OUTDIAL_CONFIG: wrong }), { code: 'setting-unknown' })
    const missing = { code: 'setting-invalid', message: /^OUTDIAL_CONFIG: \S+none cannot be read/ }
    assert.throws(() => loadConfig({ OUTDIAL_CONFIG: join(folder, 'none') }), missing)
    assert.throws(() => loadConfig({ OUTDIAL_CONFIG: folder }), { code: 'setting-invalid' })
  })

  it('reads addresses with any port, 0 included', () => {
    assert.deepEqual(parseHostPort('localhost:0'), { host: 'localhost', port: 0 })
  })
})

function fault(code: string, message: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof OutdialError)
    assert.deepEqual([error.code, error.message], [code, message])
    return true
  }
}
