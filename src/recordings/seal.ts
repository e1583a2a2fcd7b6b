/**
 * The form of an encrypted recording, written piece by piece and readable from any place:
 *
 * ```text
 * "OUTDREC1" | key id (8) | salt (16) | head length (u32) | chunk length (u32)
 * head, sealed | chunk 1, sealed | chunk 2, sealed | … | last chunk, sealed
 * ```
 *
 * Each part is sealed by AES-256-GCM (NIST SP 800-38D) and 16 octets longer than what it holds. The key
 * of a file is made of the one that is set and the file's salt by HKDF (RFC 5869), so that counters can
 * be nonces: a part's number, and whether it is the last. The beginning of the file is authenticated with
 * every part: parts can be neither moved, nor left out at the end, nor put into another file.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import { OutdialError } from '#base'

export const KEY_BYTES = 32
export const CHUNK_BYTES = 65_536
export const TAG_BYTES = 16
export const SALT_BYTES = 16
const MAGIC = Buffer.from('OUTDREC1')
const KEY_ID_BYTES = 8
export const PREAMBLE_BYTES = MAGIC.length + KEY_ID_BYTES + SALT_BYTES + 8
const ALGORITHM = 'aes-256-gcm'

/** How the parts of one file are sealed and opened. */
export class Seal {
  readonly preamble: Uint8Array
  readonly headBytes: number
  readonly chunkBytes: number
  readonly #key: Uint8Array

  private constructor(key: Uint8Array, preamble: Uint8Array) {
    const view = Buffer.from(preamble)
    this.preamble = preamble
    this.headBytes = view.readUInt32BE(PREAMBLE_BYTES - 8)
    this.chunkBytes = view.readUInt32BE(PREAMBLE_BYTES - 4)
    const salt = preamble.subarray(PREAMBLE_BYTES - 8 - SALT_BYTES, PREAMBLE_BYTES - 8)
    this.#key = new Uint8Array(hkdfSync('sha256', key, salt, 'outdial recording', KEY_BYTES))
  }

  /** For a file that is to be written. `salt`: by chance, of `SALT_BYTES`. */
  static begin(key: Uint8Array, salt: Uint8Array, headBytes: number): Seal {
    const lengths = Buffer.alloc(8)
    lengths.writeUInt32BE(headBytes, 0)
    lengths.writeUInt32BE(CHUNK_BYTES, 4)
    return new Seal(key, Buffer.concat([MAGIC, keyId(key), salt, lengths]))
  }

  /**
   * For a file that begins so. Undefined: it is not sealed. Throws `recording-key-missing`,
   * `recording-key-wrong`, `recording-damaged`.
   */
  static read(preamble: Uint8Array, key: Uint8Array | undefined): Seal | undefined {
    if (!isSealed(preamble)) return undefined
    if (key === undefined) {
      throw new OutdialError(
        'recording-key-missing',
        'The recording is encrypted. Set OUTDIAL_RECORDING_KEY to the key it was written with.',
        { field: 'OUTDIAL_RECORDING_KEY' },
      )
    }
    const id = preamble.subarray(MAGIC.length, MAGIC.length + KEY_ID_BYTES)
    if (!keyId(key).equals(id)) {
      throw new OutdialError(
        'recording-key-wrong',
        'The recording was encrypted with another key than OUTDIAL_RECORDING_KEY says.',
        { field: 'OUTDIAL_RECORDING_KEY' },
      )
    }
    const seal = new Seal(key, preamble)
    if (seal.chunkBytes === 0) throw damaged()
    return seal
  }

  /** Where part number `part` begins in the file: 0 is the head. */
  placeOf(part: number): number {
    if (part === 0) return PREAMBLE_BYTES
    const first = PREAMBLE_BYTES + this.headBytes + TAG_BYTES
    return first + (part - 1) * (this.chunkBytes + TAG_BYTES)
  }

  close(part: number, isLast: boolean, bytes: Uint8Array): Uint8Array {
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce(part, isLast))
    cipher.setAAD(this.preamble)
    return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  }

  /** Throws `recording-damaged`. */
  open(part: number, isLast: boolean, sealed: Uint8Array): Uint8Array {
    if (sealed.length < TAG_BYTES) throw damaged()
    const decipher = createDecipheriv(ALGORITHM, this.#key, nonce(part, isLast))
    decipher.setAAD(this.preamble)
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
    } catch {
      throw damaged()
    }
  }
}

function isSealed(beginning: Uint8Array): boolean {
  return beginning.length >= PREAMBLE_BYTES && MAGIC.equals(beginning.subarray(0, MAGIC.length))
}

/** Says which key it is, and nothing about it. */
function keyId(key: Uint8Array): Buffer {
  return createHash('sha256').update('outdial key').update(key).digest().subarray(0, KEY_ID_BYTES)
}

function nonce(part: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(part, 0)
  bytes[4] = isLast ? 1 : 0
  return bytes
}

function damaged(): OutdialError {
  return new OutdialError(
    'recording-damaged',
    'The recording is not whole, or was changed: it cannot be decrypted.',
  )
}
