import { OutdialError } from '#base'
import type {
  CheckAnswer,
  CheckRequest,
  Trial,
  TrialAnswer,
  TrialList,
  TrialMove,
  TrialRequest,
} from './schemas/trial.ts'

/** What whoever writes dialogues is given: a port of this room, answered by the server. */
export interface DialogueTools {
  /** @throws OutdialError `too-many-trials`, `overloaded` (temporary) */
  startTrial(accountId: number, request: TrialRequest): Promise<TrialAnswer>
  /** @throws OutdialError `trial-not-found`, `trial-busy` */
  moveTrial(accountId: number, trialId: string, move: TrialMove): Promise<TrialAnswer>
  /** Those that wait for a move. */
  listTrials(accountId: number): Promise<TrialList>
  /** @throws OutdialError `trial-not-found` */
  getTrial(accountId: number, trialId: string): Promise<Trial>
  /** @throws OutdialError `trial-not-found` */
  endTrial(accountId: number, trialId: string): Promise<void>
  /** @throws OutdialError `dialogue-stopped`, `overloaded` (temporary) */
  check(request: CheckRequest): Promise<CheckAnswer>
  /** A WAV file. @throws OutdialError `overloaded` (temporary), `speech-…` */
  speak(text: string): Promise<Uint8Array<ArrayBuffer>>
}

export function trialNotFound(): OutdialError {
  const sentence =
    'This server has no such trial: it has ended, was left alone for too long, or runs on another server. Start ' +
    'one anew; behind a balancer, send all of its requests to one server.'
  return new OutdialError('trial-not-found', sentence)
}

/** @throws OutdialError `no-such-address` where this interface has none. */
export function dialogueTools(tools: DialogueTools | undefined): DialogueTools {
  if (tools !== undefined) return tools
  throw new OutdialError('no-such-address', 'This server looks at no dialogues.')
}
