/**
 * The playout buffer of one stream: packets go in as they come, and come out as 20 ms of audio in every
 * frame, in order and in time.
 *
 * A packet is played a delay after it came, which is what was asked for at first, and never less. It grows
 * where packets come later than that (what was late is played all the same, after audio that was made up
 * meanwhile), and shrinks, in silence only, where all of them come earlier than needed. So the buffer also
 * follows a peer whose clock is faster or slower than ours.
 *
 * Times are samples of 8 kHz, which timestamps are in most codecs (see `sample-clock.ts`); but for Opus, an
 * octet of payload is a sample.
 */
import {
  ALAW_TO_LINEAR,
  ComfortNoise,
  G722Decoder,
  LossConcealment,
  meanSquare,
  type OpusDecoder,
  opusPacketSamples,
  ULAW_TO_LINEAR,
  ZERO_DBM0_POWER,
} from '#audio'
import { type Encoding, FRAME_SAMPLES, SAMPLES_PER_MS } from '../codec.ts'
import { type GapEnd, OpusPlayout } from './opus-playout.ts'
import { MAX_PAYLOAD_BYTES, type PacketPool } from './packet-pool.ts'

/** A power of two: packets that wait, at most. */
const SLOTS = 64
export const DEFAULT_DELAY_MS = 40
/** What is further from its time belongs to another count: the peer restarted its clock. */
const MAX_DELAY = 500 * SAMPLES_PER_MS
/** Over so many packets the buffer looks whether it could be shorter. */
const OBSERVED_PACKETS = 128
/** Frames that may be left out, are quieter than −50 dBm0 and this far apart. */
const QUIET_POWER = ZERO_DBM0_POWER * 10 ** (-50 / 10)
const FRAMES_BETWEEN_CUTS = 5

/** What a packet holds: audio of a codec, comfort noise (RFC 3389), or nothing that is heard. */
export type PacketKind = Encoding | 'comfort-noise' | 'nothing'

export class JitterBuffer {
  readonly #pool: PacketPool
  readonly #leastDelay: number
  readonly #concealment = new LossConcealment()
  readonly #noise = new ComfortNoise()
  #g722: G722Decoder | undefined
  #opus: OpusPlayout | undefined
  /** Packets by the low bits of their number. */
  readonly #payloads: (Uint8Array | undefined)[] = new Array(SLOTS).fill(undefined)
  readonly #kinds: PacketKind[] = new Array(SLOTS).fill('nothing')
  readonly #times = new Uint32Array(SLOTS)
  /** In samples, and in octets. */
  readonly #lengths = new Uint16Array(SLOTS)
  readonly #octets = new Uint16Array(SLOTS)
  #waiting = 0
  /** Numbers are sequence numbers without wraps; a new source goes on where the old one ended. */
  #next = 0
  #highest = -1
  #sequenceShift = 0
  #timeShift = 0
  #isStarted = false
  /** The time of the next sample to be played, and where the last packet ends. */
  #now = 0
  #end = 0
  /** Samples of the next packet that were played already. */
  #played = 0
  /** The peer says nothing on purpose: nothing is missing. */
  #isResting = false
  /** Samples by which the delay is to grow, and by which it could be shorter. */
  #owed = 0
  #spare = 0
  #framesSinceCut = 0
  #leastHeadroom = MAX_DELAY
  #observed = 0
  #headroom = 0
  #doubted: Uint8Array | undefined
  #doubtedSequence = 0
  #doubtedTimestamp = 0
  #doubtedKind: PacketKind = 'nothing'
  #doubtedLength = 0
  /** Packets that came when it was too late. */
  discarded = 0
  /**
   * How much later than the quickest packets come their audio is played, in samples. Follows what is seen, to
   * a packet, where nothing is heard: clocks that run apart would add up.
   */
  playoutDelay: number
  #mostHeadroom = -MAX_DELAY
  #seenDelay: number | undefined

  /** `delayMs`: how late a packet may be at first, below 500. */
  constructor(pool: PacketPool, delayMs = DEFAULT_DELAY_MS) {
    this.#pool = pool
    this.#leastDelay = delayMs * SAMPLES_PER_MS
    this.playoutDelay = this.#leastDelay
  }

  /** From now on packets are Opus, and this decodes them; undefined: they are not, or no more. */
  useOpus(decoder: OpusDecoder | undefined): void {
    this.#opus = decoder && new OpusPlayout(decoder)
  }

  /** How long audio waits here, milliseconds. */
  get delayMs(): number {
    return Math.max(0, this.#headroom) / SAMPLES_PER_MS
  }

  /** Samples that came and were not played yet. */
  get waitingSamples(): number {
    return this.#waiting === 0 ? 0 : Math.max(0, (this.#end - this.#now) | 0)
  }

  /** Keeps a packet that is not believed yet: `restart` with the one after it takes it in. */
  doubt(
    sequence: number,
    timestamp: number,
    kind: PacketKind,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    this.#doubted ??= this.#pool.take()
    this.#doubtedSequence = sequence
    this.#doubtedTimestamp = timestamp
    this.#doubtedKind = kind
    this.#doubtedLength = Math.min(MAX_PAYLOAD_BYTES, end - start)
    copy(bytes, start, this.#doubted, this.#doubtedLength)
  }

  /** Another source follows, or the same one began to count anew, with this packet. */
  restart(sequence: number, timestamp: number): void {
    const doubted = this.#doubted
    const isConfirmed = doubted && ((this.#doubtedSequence + 1) & 0xffff) === sequence
    if (this.#isStarted) {
      const first = isConfirmed ? this.#doubtedSequence : sequence
      this.#sequenceShift = (this.#highest + 1 - first) & 0xffff
      this.#setTime(isConfirmed ? this.#doubtedTimestamp : timestamp)
    }
    if (!doubted) return
    this.#doubted = undefined
    if (isConfirmed) {
      const [kind, length] = [this.#doubtedKind, this.#doubtedLength]
      this.insert(this.#doubtedSequence, this.#doubtedTimestamp, kind, doubted, 0, length)
    }
    this.#pool.give(doubted)
  }

  /** Takes a packet that was not there before, `bytes` from `start` to `end`. */
  insert(
    sequence: number,
    timestamp: number,
    kind: PacketKind,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (!this.#isStarted) this.#start(sequence, timestamp)
    const number = this.#numberOf(sequence)
    if (number < this.#next) return this.#noteLate(timestamp)
    while (number - this.#next >= SLOTS) this.#drop()
    if (this.#payloads[number % SLOTS]) return
    const octets = kind === 'nothing' ? 0 : Math.min(MAX_PAYLOAD_BYTES, end - start)
    const length = kind === 'OPUS' ? opusPacketSamples(bytes, start, end) : octets
    if (kind !== 'nothing' && (length === 0 || this.#isMisplaced(number, timestamp))) return
    const payload = this.#keep(number, timestamp, kind, length)
    this.#octets[number % SLOTS] = octets
    copy(bytes, start, payload, octets)
  }

  /** Fills `frame` with the next 20 ms. False where nothing is to be heard. */
  play(frame: Int16Array): boolean {
    if (!this.#isStarted) return false
    let isHeard = this.#fillFrame(frame)
    this.#followDelay(frame, isHeard)
    this.#framesSinceCut++
    if (this.#spare >= FRAME_SAMPLES && this.#framesSinceCut >= FRAMES_BETWEEN_CUTS) {
      if (meanSquare(frame) < QUIET_POWER && this.waitingSamples >= FRAME_SAMPLES) {
        this.#spare -= FRAME_SAMPLES
        this.#shiftDelay(-FRAME_SAMPLES)
        this.#framesSinceCut = 0
        isHeard = this.#fillFrame(frame)
      }
    }
    return isHeard
  }

  /** Gives its memory back. */
  clear(): void {
    while (this.#waiting > 0) this.#drop()
    if (this.#doubted) this.#pool.give(this.#doubted)
    this.#doubted = undefined
    this.#isStarted = false
  }

  #start(sequence: number, timestamp: number): void {
    this.#isStarted = true
    this.#next = this.#highest + 1
    this.#sequenceShift = (this.#next - sequence) & 0xffff
    this.#now = 0
    this.#end = 0
    this.#setTime(timestamp)
  }

  /** The packet with this timestamp is played next: after all that waits, or after the usual delay. */
  #setTime(timestamp: number): void {
    const time = this.#waiting > 0 ? this.#end : this.#now + this.#leastDelay
    this.playoutDelay = (time - this.#now) | 0
    this.#mostHeadroom = -MAX_DELAY
    this.#seenDelay = undefined
    this.#timeShift = (time - timestamp) >>> 0
  }

  #numberOf(sequence: number): number {
    const shifted = (sequence + this.#sequenceShift) & 0xffff
    const reference = Math.max(this.#highest, this.#next)
    return reference + (((shifted - reference) << 16) >> 16)
  }

  #timeOf(timestamp: number): number {
    return (timestamp + this.#timeShift) >>> 0
  }

  /** A packet from between others belongs between them in time as well. */
  #isMisplaced(number: number, timestamp: number): boolean {
    if (number > this.#highest) return false
    const time = this.#timeOf(timestamp)
    return ((this.#end - time) | 0) < 0 || ((this.#now - time) | 0) > MAX_DELAY
  }

  /** Returns the memory for its payload. */
  #keep(number: number, timestamp: number, kind: PacketKind, length: number): Uint8Array {
    const isNewest = number > this.#highest
    const isTimed = kind !== 'nothing'
    if (isNewest && isTimed) this.#watchTime(timestamp)
    const slot = number % SLOTS
    const time = this.#timeOf(timestamp)
    const payload = this.#pool.take()
    this.#payloads[slot] = payload
    this.#kinds[slot] = kind
    this.#times[slot] = time
    this.#lengths[slot] = length
    this.#waiting++
    if (isNewest) this.#highest = number
    if (isNewest && isTimed) this.#end = (time + (kind === 'comfort-noise' ? 0 : length)) >>> 0
    return payload
  }

  /** How early the newest packet came decides on the delay; what is far off begins a new count. */
  #watchTime(timestamp: number): void {
    let headroom = (this.#timeOf(timestamp) - this.#now) | 0
    if (Math.abs(headroom) > MAX_DELAY) {
      this.#setTime(timestamp)
      headroom = (this.#timeOf(timestamp) - this.#now) | 0
    }
    this.#headroom = headroom
    this.#leastHeadroom = Math.min(this.#leastHeadroom, headroom)
    this.#mostHeadroom = Math.max(this.#mostHeadroom, headroom)
    if (++this.#observed < OBSERVED_PACKETS) return
    this.#spare = Math.max(0, this.#leastHeadroom - this.#leastDelay)
    this.#observed = 0
    this.#leastHeadroom = MAX_DELAY
    this.#seenDelay = this.#mostHeadroom
    this.#mostHeadroom = -MAX_DELAY
  }

  /** What was seen before is off by so much as well. */
  #shiftDelay(samples: number): void {
    this.playoutDelay += samples
    this.#mostHeadroom += samples
    if (this.#seenDelay !== undefined) this.#seenDelay += samples
  }

  #followDelay(frame: Int16Array, isHeard: boolean): void {
    if (this.#seenDelay === undefined) return
    const isOff = Math.abs(this.#seenDelay - this.playoutDelay) >= FRAME_SAMPLES
    if (isOff && isHeard && meanSquare(frame) >= QUIET_POWER) return
    if (isOff) this.playoutDelay = this.#seenDelay
    this.#seenDelay = undefined
  }

  /** Its turn has passed. The next one that comes so late is to find the buffer longer. */
  #noteLate(timestamp: number): void {
    this.discarded++
    const lateness = (this.#now - this.#timeOf(timestamp)) | 0
    if (lateness <= 0 || lateness > MAX_DELAY) return
    // What Opus makes up is whole frames.
    this.#owed = this.#opus ? FRAME_SAMPLES : Math.min(FRAME_SAMPLES, lateness)
  }

  #fillFrame(frame: Int16Array): boolean {
    if (this.#owed > 0) {
      // The delay grows by what is made up while time stands still.
      const count = this.#owed
      this.#owed = 0
      this.#shiftDelay(count)
      const isHeard = this.#makeUp(frame, 0, count, 0)
      return this.#fill(frame, count) || isHeard
    }
    return this.#fill(frame, 0)
  }

  #fill(frame: Int16Array, from: number): boolean {
    let isHeard = false
    for (let at = from; at < frame.length; ) {
      const left = frame.length - at
      const slot = this.#next % SLOTS
      const ahead = this.#samplesAhead()
      if (ahead > 0) {
        // Nothing is missing in between: the peer made a pause.
        if (this.#payloads[slot] && this.#played === 0) this.#isResting = true
        const count = Math.min(left, ahead)
        isHeard = this.#makeUp(frame, at, count, ahead) || isHeard
        this.#now = (this.#now + count) >>> 0
        at += count
      } else if (this.#payloads[slot] === undefined) this.#next++
      else {
        // It came late, but nothing after it was played yet: time stood still meanwhile.
        if (ahead < 0) {
          this.#now = (this.#now + ahead) >>> 0
          this.#shiftDelay(-ahead)
        }
        const count = this.#playFrom(slot, frame, at, left)
        isHeard = isHeard || count > 0
        at += count
      }
    }
    return isHeard
  }

  /** How far the first packet that waits is in the future; below 0, how late it is; many, for none. */
  #samplesAhead(): number {
    if (this.#waiting === 0) return FRAME_SAMPLES
    const number = this.#firstWaiting()
    const slot = number % SLOTS
    // An event has the time of its beginning: it is in its place in the order, whatever it says.
    if (this.#kinds[slot] === 'nothing') return 0
    const ahead = ((this.#times[slot] ?? 0) + this.#playedOf(number) - this.#now) | 0
    return number === this.#next ? ahead : Math.max(0, ahead)
  }

  /** The number of the first packet that waits; there is one. */
  #firstWaiting(): number {
    let number = this.#next
    while (this.#payloads[number % SLOTS] === undefined) number++
    return number
  }

  #playedOf(number: number): number {
    return number === this.#next ? this.#played : 0
  }

  /** Plays of the packet that is next; what is no audio takes no time. Returns the samples. */
  #playFrom(slot: number, frame: Int16Array, at: number, left: number): number {
    const payload = this.#payloads[slot]
    const kind = this.#kinds[slot] ?? 'nothing'
    const length = this.#lengths[slot] ?? 0
    if (!payload || kind === 'nothing' || kind === 'comfort-noise') {
      this.#isResting = true
      if (payload && kind === 'comfort-noise') this.#noise.describe(payload, 0, length)
      else this.#noise.silence()
      this.#drop()
      return 0
    }
    const count = Math.min(left, length - this.#played)
    if (kind === 'OPUS') this.#playOpus(payload, this.#octets[slot] ?? 0, count, frame, at)
    else {
      this.#decode(kind, payload, this.#played, count, frame, at)
      this.#concealment.hear(frame, at, count)
    }
    if (this.#isResting) this.#noise.silence()
    this.#isResting = false
    this.#now = (this.#now + count) >>> 0
    this.#played += count
    if (this.#played >= length) this.#drop()
    return count
  }

  /** A packet is decoded as a whole when its turn comes. */
  #playOpus(
    payload: Uint8Array,
    octets: number,
    count: number,
    frame: Int16Array,
    at: number,
  ): void {
    if (this.#played === 0) this.#opus?.decode(payload.subarray(0, octets))
    this.#opus?.read(this.#played, count, frame, at)
  }

  #decode(
    kind: Encoding,
    payload: Uint8Array,
    start: number,
    count: number,
    frame: Int16Array,
    at: number,
  ): void {
    if (kind === 'G722') {
      this.#g722 ??= new G722Decoder()
      for (let n = 0; n < count; n++) frame[at + n] = this.#g722.decode(payload[start + n] ?? 0)
      return
    }
    const table = kind === 'PCMU' ? ULAW_TO_LINEAR : ALAW_TO_LINEAR
    for (let n = 0; n < count; n++) frame[at + n] = table[payload[start + n] ?? 0] ?? 0
  }

  /**
   * What is heard while nothing came: what was lost, made up; or what the peer's rest sounds like. `ahead`: so
   * much is missing before the next packet, 0 where none is.
   */
  #makeUp(frame: Int16Array, at: number, count: number, ahead: number): boolean {
    if (this.#isResting) {
      this.#concealment.rest()
      this.#opus?.rest()
      this.#noise.fill(frame, at, count)
      return !this.#noise.isSilent
    }
    if (this.#opus) return this.#opus.makeUp(frame, at, count, this.#gapEnd(ahead))
    const isHeard = !this.#concealment.isSilent
    this.#concealment.conceal(frame, at, count)
    return isHeard
  }

  /** The packet that tells what was lost right before it; it repeats no more than its own length. */
  #gapEnd(ahead: number): GapEnd | undefined {
    if (ahead <= 0 || this.#waiting === 0) return undefined
    const slot = this.#firstWaiting() % SLOTS
    const payload = this.#payloads[slot]
    if (this.#kinds[slot] !== 'OPUS' || ahead > (this.#lengths[slot] ?? 0)) return undefined
    return payload && { packet: payload.subarray(0, this.#octets[slot]), missing: ahead }
  }

  /** Leaves the next number behind, and the packet that has it. */
  #drop(): void {
    const slot = this.#next % SLOTS
    const payload = this.#payloads[slot]
    if (payload) {
      this.#pool.give(payload)
      this.#payloads[slot] = undefined
      this.#waiting--
    }
    this.#next++
    this.#played = 0
  }
}

/** A loop and not `set(subarray)`, which would make an object for every packet. */
function copy(from: Uint8Array, start: number, to: Uint8Array, length: number): void {
  for (let n = 0; n < length; n++) to[n] = from[start + n] ?? 0
}
