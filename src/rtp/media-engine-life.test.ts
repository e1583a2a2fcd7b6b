import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { describe, it } from 'node:test'
import { OutdialError, silentLogger, systemClock } from '#base'
import { RtpPeer } from '#test/rtp-peer'
import { MediaEngine, type MediaEngineOptions } from './media-engine.ts'

const BASE = { log: silentLogger, clock: systemClock, host: '127.0.0.1', skipAfterMs: 10_000 }
const PCMU = { codec: 'PCMU', payloadType: 0, telephoneEventPayloadType: 101 } as const
/** So many frames of sound. */
const prompt = (frames: number) => new SharedArrayBuffer(frames * 160)

const failsWith = (code: string) => (error: unknown) =>
  error instanceof OutdialError && error.code === code

async function startEngine(options: Partial<MediaEngineOptions>): Promise<MediaEngine> {
  const started = new MediaEngine({ ...BASE, ...options })
  await started.start()
  return started
}

for (const driver of ['raw', 'dgram'] as const) {
  const skip =
    driver === 'raw' && process.platform !== 'linux' ? 'the raw driver is for Linux' : false

  describe(`the life of a MediaEngine with the ${driver} driver`, {
    concurrency: true,
    skip,
  }, () => {
    it('keeps the sequence and the timestamp through their wraps', async () => {
      const ones = { bytes: (count: number) => Buffer.alloc(count, 0xff) }
      const other = await startEngine({ driver, random: ones })
      const [stream, peer] = [await other.openStream(), await RtpPeer.open()]
      stream.connect({ ...PCMU, remote: peer.address })
      const packets = await peer.waitFor((all) => all.length >= 4)
      await other.stop()
      peer.close()
      assert.deepEqual(
        packets.slice(0, 3).map((p) => p.sequence),
        [0xffff, 0, 1],
      )
      assert.deepEqual(
        packets.slice(0, 3).map((p) => p.timestamp),
        [159, 319, 479],
      )
      assert.equal(packets[0]?.ssrc, 0xffff_ffff)
    })

    it('frees the port when a stream closes, and says when no port is left', async () => {
      const peer = await RtpPeer.open()
      const port = Math.min(peer.address.port, 65_533)
      peer.close()
      const ports = { low: port, high: port + 1 }
      const other = await startEngine({ driver, ports })
      const stream = await other.openStream()
      assert.deepEqual(stream.address, { host: '127.0.0.1', port: port + (port % 2) })
      await assert.rejects(other.openStream(), failsWith('media-no-port'))
      await stream.close()
      assert.equal(other.openStreams, 0)
      await (await other.openStream()).close()
      await other.stop()
    })

    it('says when it is full, and when its address is not of this machine', async () => {
      const small = await startEngine({ driver, maxStreams: 1 })
      const stream = await small.openStream()
      await assert.rejects(small.openStream(), failsWith('media-no-capacity'))
      await stream.close()
      await (await small.openStream()).close()
      await small.stop()
      const elsewhere = await startEngine({ driver, host: '203.0.113.77' })
      await assert.rejects(elsewhere.openStream(), failsWith('media-bind-failed'))
      await elsewhere.stop()
    })

    it('ends everything when it stops, twice-safe, also before its start', async () => {
      const other = await startEngine({ driver })
      const [a, b] = [await other.openStream(), await other.openStream()]
      a.connect({ ...PCMU, remote: b.address })
      b.connect({ ...PCMU, remote: a.address })
      const play = a.play(prompt(500))
      await play.started
      await other.stop()
      assert.equal((await play.ended).interrupted, true)
      assert.equal((await a.close()).packetsSent, 0)
      await assert.rejects(other.openStream(), failsWith('media-closed'))
      await other.stop()
      await new MediaEngine({ ...BASE, driver }).stop()
    })

    it('does not hold up the end of the process', async () => {
      const script = `
        import { MediaEngine } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
        import { silentLogger, systemClock } from ${JSON.stringify(import.meta.resolve('#base'))}
        const engine = new MediaEngine({ log: silentLogger, clock: systemClock, host: '127.0.0.1', driver: '${driver}' })
        await engine.start()
        const stream = await engine.openStream()
        if (process.argv.at(-1) === 'connected') {
          stream.connect({ remote: stream.address, codec: 'PCMU', payloadType: 0 })
        }
        process.exit(7)`
      for (const state of ['idle', 'connected']) {
        const child = spawn(
          process.execPath,
          ['--input-type=module-typescript', '-e', script, state],
          {
            stdio: 'inherit',
            timeout: 10_000,
          },
        )
        assert.deepEqual(await once(child, 'exit'), [7, null])
      }
    })
  })
}

describe('the choice of the driver', () => {
  it('is dgram for IPv6, and a raw one is refused there', async (t) => {
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    if (!addresses.some(({ address }) => address === '::1'))
      return t.skip('no IPv6 on this machine')
    const engine = new MediaEngine({ ...BASE, host: '::1', driver: 'auto' })
    await engine.start()
    assert.equal(engine.driver, 'dgram')
    const [a, b] = [await engine.openStream(), await engine.openStream()]
    a.connect({ ...PCMU, remote: b.address })
    b.connect({ ...PCMU, remote: a.address })
    await a.play(prompt(5)).ended
    const [, stats] = await Promise.all([a.close(), b.close()])
    assert.ok(stats.packetsReceived >= 5)
    await engine.stop()
    const raw = new MediaEngine({ ...BASE, host: '::1', driver: 'raw' })
    await assert.rejects(raw.start(), failsWith('media-driver-unavailable'))
  })
})
