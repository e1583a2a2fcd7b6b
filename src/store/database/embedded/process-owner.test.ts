import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { findOwner, isRoot, mayPass } from './process-owner.ts'

describe('mayPass', () => {
  const parent = mkdtempSync(join(tmpdir(), 'outdial-owner-'))
  chmodSync(parent, 0o755)
  after(() => rmSync(parent, { recursive: true }))

  it('looks at every folder on the way', { skip: !isRoot() && 'needs root' }, async () => {
    const owner = await findOwner()
    const folder = join(parent, 'a', 'b')
    mkdirSync(folder, { recursive: true, mode: 0o711 })
    assert.equal(await mayPass(folder, owner), true)
    chmodSync(dirname(folder), 0o700)
    assert.equal(await mayPass(folder, owner), false)
    assert.equal(await mayPass(folder, { uid: 0, gid: 0 }), true)
    chownSync(dirname(folder), 0, owner.gid)
    chmodSync(dirname(folder), 0o701)
    assert.equal(await mayPass(folder, owner), false, 'the group’s bits count, not the others’')
  })
})
