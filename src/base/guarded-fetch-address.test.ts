import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createAddressGuard } from './guarded-fetch-address.ts'

const PUBLIC = ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00::1']

/** One or more addresses of each range that the IANA special-purpose registries name. */
const SPECIAL = {
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::1'],
  'link-local': ['169.254.169.254', 'fe80::1', 'febf::1'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.254'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  broadcast: ['255.255.255.255'],
  'protocol assignments': ['192.0.0.1', '192.88.99.1', '2001:1::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  benchmarking: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
  'reserved for the future': ['240.0.0.1', '4000::1', 'e000::1'],
  'site-local': ['fec0::1'],
  discard: ['100::1'],
  'IPv4-compatible': ['::127.0.0.1', '::8.8.8.8'],
  'IPv4-mapped': ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe'],
  'IPv4-translated': ['::ffff:0:127.0.0.1'],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::1'],
  '6to4': ['2002:7f00:1::', '2002:a9fe:a9fe::1'],
  Teredo: ['2001::1', '2001:0:7f00:1::'],
}

describe('address guard', () => {
  it('permits public addresses', () => {
    const guard = createAddressGuard([])
    for (const address of PUBLIC) assert.equal(guard.permits(address), true, address)
  })

  it('permits an IPv4-mapped public address, being that IPv4 address', () => {
    assert.equal(createAddressGuard([]).permits('::ffff:8.8.8.8'), true)
  })

  for (const [range, addresses] of Object.entries(SPECIAL)) {
    it(`refuses ${range}`, () => {
      const guard = createAddressGuard([])
      for (const address of addresses) assert.equal(guard.permits(address), false, address)
    })
  }

  it('refuses what is not an address', () => {
    const guard = createAddressGuard(['0.0.0.0/0', '::/0'])
    for (const text of ['', 'localhost', '[::1]', '1.2.3.4.5']) {
      assert.equal(guard.permits(text), false, text)
    }
  })

  it('permits what lies inside an allowed network, and nothing beside it', () => {
    const guard = createAddressGuard(['127.0.0.0/8', 'fd12::/16', '10.1.2.3'])
    for (const address of ['127.0.0.1', '127.9.9.9', '::ffff:127.0.0.1', 'fd12::1', '10.1.2.3']) {
      assert.equal(guard.permits(address), true, address)
    }
    for (const address of ['10.1.2.4', 'fd13::1', '::1', '169.254.169.254', '64:ff9b::7f00:1']) {
      assert.equal(guard.permits(address), false, address)
    }
  })

  it('judges an IPv4 address and its mapped form alike', () => {
    const guard = createAddressGuard(['10.20.0.0/16'])
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        assert.equal(guard.permits(`::ffff:${address}`), guard.permits(address))
      }),
    )
  })

  it('refuses an allowed network that it cannot read', () => {
    for (const text of ['10.0.0.0/33', 'example.com', '10.0.0.0/-1', '']) {
      assert.throws(() => createAddressGuard([text]), { code: 'fetch-invalid-network' }, text)
    }
  })
})
