import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSWASMModule,
  RELEASE_SYNC,
} from 'quickjs-emscripten'
import { assert } from '#base'

/** The engine with a heap of its own. */
export interface Instance {
  readonly engine: QuickJSWASMModule
  readonly memory: WebAssembly.Memory
  /** Address at which its stack begins; it grows downwards. */
  readonly stackTop: number
  /** Gives the stack back that a call left behind which did not return. */
  resetStack(): void
}

/** Machine code, of which all threads can make instances. */
export async function compileEngine(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(pollMoreOften(await readFile(WASM_PATH)))
}

/**
 * The engine asks whether to stop every 10,000 branches, which is too seldom where each of them is a
 * built-in that walks through a megabyte, or a copy of a long array: here it is made to ask every 200,
 * which costs a tight loop a tenth of its speed. The number stands once in the binary as what its counter
 * is set to (`i32.const 10000`, `i32.store`).
 */
function pollMoreOften(wasm: Buffer): Buffer {
  const at = wasm.indexOf(RESET_COUNTER)
  assert(at >= 0 && wasm.indexOf(RESET_COUNTER, at + 1) < 0, 'the QuickJS build that is known')
  const patched = Buffer.from(wasm)
  patched.set(CONST_200, at)
  return patched
}

const RESET_COUNTER = Buffer.from('4190ce003602e801', 'hex')
const CONST_200 = Buffer.from('41c88100', 'hex')

export async function createInstance(
  compiled: WebAssembly.Module,
  heapBytes: number,
): Promise<Instance> {
  const memory = new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: Math.max(INITIAL_PAGES, Math.ceil(heapBytes / PAGE_BYTES)),
  })
  let exports: StackExports | undefined
  const variant = newVariant(RELEASE_SYNC, {
    wasmMemory: memory,
    wasmLocation: WASM_PATH,
    emscriptenModule: {
      instantiateWasm(imports, onSuccess) {
        const instance = new WebAssembly.Instance(compiled, imports)
        exports = instance.exports as unknown as StackExports
        onSuccess(instance)
        return instance.exports
      },
    },
  })
  const engine = await newQuickJSWASMModuleFromVariant(variant)
  assert(exports !== undefined, 'the QuickJS build that is known')
  const { Oa: stackPointer, Ma: setStackPointer } = exports
  const stackTop = stackPointer()
  return { engine, memory, stackTop, resetStack: () => setStackPointer(stackTop) }
}

/** `emscripten_stack_get_current` and `_emscripten_stack_restore`, as the published build calls them. */
interface StackExports {
  Oa(): number
  Ma(address: number): void
}

const PAGE_BYTES = 65_536
/** What the published binary asks for; pages that nothing touches cost nothing. */
const INITIAL_PAGES = 256

const WASM_PATH = createRequire(
  createRequire(import.meta.url).resolve('quickjs-emscripten'),
).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')
