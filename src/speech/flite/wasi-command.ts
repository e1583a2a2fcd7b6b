import { type WasmMemory, type WasmModule, webAssembly } from './web-assembly.ts'

/**
 * Runs a WASI preview 1 command module (https://github.com/WebAssembly/WASI, `wasi_snapshot_preview1`)
 * in a world that holds nothing but its arguments and one output file in memory: no folder, no
 * environment, no clock. What the engine cannot see, a hostile text cannot reach.
 */
export interface CommandRun {
  readonly exitCode: number
  readonly output: Uint8Array
  /** The beginning of what it wrote to standard output and standard error. */
  readonly messages: string
}

/** `outputFile`: the one path, without a leading slash, that the command may open. */
export async function runCommand(
  module: WasmModule,
  args: readonly string[],
  outputFile: string,
  outputLimitBytes: number,
): Promise<CommandRun> {
  const world = new CommandWorld(args, outputFile, outputLimitBytes)
  const instance = await webAssembly.instantiate(module, { wasi_snapshot_preview1: world.calls() })
  const { memory, _start } = instance.exports as { memory: WasmMemory; _start(): void }
  world.memory = memory
  let exitCode = 0
  try {
    _start()
  } catch (thrown) {
    if (!(thrown instanceof Exit)) throw thrown
    exitCode = thrown.code
  }
  return { exitCode, output: world.output(), messages: world.messages }
}

const SUCCESS = 0
const EBADF = 8
const EINVAL = 28
const ENOENT = 44
const ENOSPC = 51

const ROOT_FD = 3
const OUTPUT_FD = 4
const MESSAGES_LIMIT = 2000

const CHARACTER_DEVICE = 2
const DIRECTORY = 3
const REGULAR_FILE = 4
const O_TRUNC = 8

type Call = (...args: never[]) => number

class Exit {
  readonly code: number
  constructor(code: number) {
    this.code = code
  }
}

class CommandWorld {
  memory: WasmMemory | undefined
  messages = ''
  readonly #arguments: readonly Buffer[]
  readonly #outputFile: string
  readonly #outputLimitBytes: number
  #file = new Uint8Array(1 << 16)
  #fileLength = 0
  #position = 0

  constructor(args: readonly string[], outputFile: string, outputLimitBytes: number) {
    this.#arguments = args.map((argument) => Buffer.from(argument.replaceAll('\0', ' ') + '\0'))
    this.#outputFile = outputFile
    this.#outputLimitBytes = outputLimitBytes
  }

  output(): Uint8Array {
    return this.#file.slice(0, this.#fileLength)
  }

  calls(): Record<string, Call> {
    return {
      args_sizes_get: (countAt: number, bytesAt: number) => {
        this.#setUint32(countAt, this.#arguments.length)
        this.#setUint32(bytesAt, Buffer.concat(this.#arguments).length)
        return SUCCESS
      },
      args_get: (pointersAt: number, bytesAt: number) => {
        let at = bytesAt
        for (const [index, argument] of this.#arguments.entries()) {
          this.#setUint32(pointersAt + 4 * index, at)
          this.#bytes(at, argument.length).set(argument)
          at += argument.length
        }
        return SUCCESS
      },
      clock_time_get: (_clock: number, _precision: bigint, at: number) => {
        this.#view().setBigUint64(at, 0n, true)
        return SUCCESS
      },
      fd_close: (fd: number) => (fd <= OUTPUT_FD ? SUCCESS : EBADF),
      fd_fdstat_get: (fd: number, at: number) => this.#fdstat(fd, at),
      fd_fdstat_set_flags: () => SUCCESS,
      fd_prestat_get: (fd: number, at: number) => {
        if (fd !== ROOT_FD) return EBADF
        this.#setUint32(at, 0)
        this.#setUint32(at + 4, 1)
        return SUCCESS
      },
      fd_prestat_dir_name: (fd: number, at: number, length: number) => {
        if (fd !== ROOT_FD || length < 1) return EBADF
        this.#bytes(at, 1)[0] = '/'.charCodeAt(0)
        return SUCCESS
      },
      fd_read: (fd: number, vectorsAt: number, count: number, doneAt: number) =>
        this.#read(fd, vectorsAt, count, doneAt),
      fd_seek: (fd: number, offset: bigint, whence: number, at: number) =>
        this.#seek(fd, offset, whence, at),
      fd_write: (fd: number, vectorsAt: number, count: number, doneAt: number) =>
        this.#write(fd, vectorsAt, count, doneAt),
      path_open: (
        _fd: number,
        _lookup: number,
        pathAt: number,
        pathLength: number,
        openFlags: number,
        _rights: bigint,
        _inherited: bigint,
        _fdFlags: number,
        fdAt: number,
      ) => this.#open(this.#bytes(pathAt, pathLength), openFlags, fdAt),
      proc_exit: (code: number) => {
        throw new Exit(code)
      },
    }
  }

  #open(path: Uint8Array, openFlags: number, fdAt: number): number {
    if (Buffer.from(path).toString() !== this.#outputFile) return ENOENT
    if ((openFlags & O_TRUNC) !== 0) this.#fileLength = 0
    this.#position = 0
    this.#setUint32(fdAt, OUTPUT_FD)
    return SUCCESS
  }

  #fdstat(fd: number, at: number): number {
    if (fd > OUTPUT_FD) return EBADF
    const all = 0xffff_ffff_ffff_ffffn
    this.#bytes(at, 24).fill(0)
    const type = fd === ROOT_FD ? DIRECTORY : fd === OUTPUT_FD ? REGULAR_FILE : CHARACTER_DEVICE
    this.#view().setUint8(at, type)
    this.#view().setBigUint64(at + 8, all, true)
    this.#view().setBigUint64(at + 16, all, true)
    return SUCCESS
  }

  #read(fd: number, vectorsAt: number, count: number, doneAt: number): number {
    let done = 0
    for (const target of fd === OUTPUT_FD ? this.#vectors(vectorsAt, count) : []) {
      const from = this.#file.subarray(this.#position, this.#fileLength).subarray(0, target.length)
      target.set(from)
      this.#position += from.length
      done += from.length
    }
    this.#setUint32(doneAt, done)
    return SUCCESS
  }

  #write(fd: number, vectorsAt: number, count: number, doneAt: number): number {
    let done = 0
    for (const source of this.#vectors(vectorsAt, count)) {
      if (fd === OUTPUT_FD) {
        if (!this.#makeRoom(this.#position + source.length)) return ENOSPC
        this.#file.set(source, this.#position)
        this.#position += source.length
        this.#fileLength = Math.max(this.#fileLength, this.#position)
      } else if (this.messages.length < MESSAGES_LIMIT) {
        this.messages += Buffer.from(source.subarray(0, MESSAGES_LIMIT)).toString('latin1')
      }
      done += source.length
    }
    this.#setUint32(doneAt, done)
    return SUCCESS
  }

  #seek(fd: number, offset: bigint, whence: number, at: number): number {
    if (fd !== OUTPUT_FD) return EBADF
    const origin = [0, this.#position, this.#fileLength][whence]
    if (origin === undefined) return EINVAL
    const position = origin + Number(offset)
    if (position < 0 || position > this.#outputLimitBytes) return EINVAL
    this.#position = position
    this.#view().setBigUint64(at, BigInt(position), true)
    return SUCCESS
  }

  #makeRoom(bytes: number): boolean {
    if (bytes > this.#outputLimitBytes) return false
    if (bytes > this.#file.length) {
      const larger = new Uint8Array(Math.max(bytes, 2 * this.#file.length))
      larger.set(this.#file.subarray(0, this.#fileLength))
      this.#file = larger
    }
    return true
  }

  #vectors(at: number, count: number): Uint8Array[] {
    const view = this.#view()
    return Array.from({ length: count }, (_, index) =>
      this.#bytes(view.getUint32(at + 8 * index, true), view.getUint32(at + 8 * index + 4, true)),
    )
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#buffer(), at, length)
  }

  #view(): DataView {
    return new DataView(this.#buffer())
  }

  #setUint32(at: number, value: number): void {
    this.#view().setUint32(at, value, true)
  }

  #buffer(): ArrayBuffer {
    if (this.memory === undefined) throw new Error('The command called before it was started')
    return this.memory.buffer
  }
}
