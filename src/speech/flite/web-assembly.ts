/**
 * The little of `WebAssembly` that running a command needs: the compiler's libraries for Node do not
 * describe it. Source: https://webassembly.github.io/spec/js-api/
 */
interface WebAssemblyGlobal {
  compile(bytes: Uint8Array): Promise<WasmModule>
  instantiate(
    module: WasmModule,
    imports: Record<string, Record<string, (...args: never[]) => number>>,
  ): Promise<{ readonly exports: unknown }>
}

/** Compiled code: may be sent to worker threads, which share it. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: 'WebAssembly.Module'
}

export interface WasmMemory {
  /** Replaced by another one whenever the memory grows. */
  readonly buffer: ArrayBuffer
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly
