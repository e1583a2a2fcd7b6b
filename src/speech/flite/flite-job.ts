import type { WasmModule } from './web-assembly.ts'

/** What the main thread asks of the flite worker; it answers with an `Int16Array`. */
export interface FliteJob {
  readonly text: string
  readonly voice: string
  /** Of the voice's normal speed. */
  readonly rate: number
  /** Of the answer, Hz. */
  readonly sampleRate: number
}

export interface FliteWorkerData {
  readonly module: WasmModule
}
