import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Trunk } from '#model'
import { useStore } from '#test/store-fixture'
import { insertTrunk, listTrunks, upsertTrunk } from '../index.ts'

describe('trunks', { timeout: 60_000 }, () => {
  const fixture = useStore()

  const TRUNK: Trunk = {
    name: 'carrier',
    host: '127.0.0.1',
    port: 5062,
    transport: 'tcp',
    invalidCallerId: 'default',
  }

  it('keeps them in order, without what is absent', async () => {
    const full: Trunk = {
      ...TRUNK,
      name: 'second',
      username: 'u',
      password: 'p',
      callerId: '8001234567',
      lines: 30,
      callsPerSecond: 2.5,
      tlsCaFile: '/ca.pem',
      tlsCertificateFile: '/own.pem',
      tlsKeyFile: '/own.key',
      transport: 'tls',
      registerSeconds: 600,
      pingSeconds: 30,
      sessionSeconds: 0,
      reliableProgress: 'required',
      keys: 'info',
      codecs: ['G722', 'OPUS', 'PCMU'],
      srtp: 'sdes',
      callerIdFormat: 'e164',
      withholdsCallerId: false,
      assertsIdentity: true,
      signingKeyFile: '/stir.key',
      signingCertificateFile: '/stir.pem',
      signingCertificateUrl: 'https://c.example/stir.pem',
      attestation: 'A',
      ownNumbers: ['+1617555', '+44'],
      numberFormat: 'national',
      country: 'GB',
      stripPrefix: '0',
      prefix: '9',
      priority: 0,
      weight: 3,
      failoverStatuses: [500, 603],
    }
    assert.equal(await insertTrunk(fixture.db, TRUNK), true)
    assert.equal(await insertTrunk(fixture.db, { ...TRUNK, port: 1 }), false)
    await upsertTrunk(fixture.db, full)
    assert.deepEqual(await listTrunks(fixture.db), [TRUNK, full])
    const { port: _port, transport: _transport, ...lookedUp } = TRUNK
    await upsertTrunk(fixture.db, { ...lookedUp, name: 'second' })
    assert.deepEqual(await listTrunks(fixture.db), [TRUNK, { ...lookedUp, name: 'second' }])
  })
})
