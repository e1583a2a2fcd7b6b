import type { WasmModule } from './web-assembly.ts'

/** What the main thread asks of the flite worker; it answers with an `Int16Array`, 8 kHz. */
export interface FliteJob {
  readonly text: string
  readonly voice: string
  /** Of the voice's normal speed. */
  readonly rate: number
}

export interface FliteWorkerData {
  readonly module: WasmModule
}
