import type { DialogueTools } from '#api'
import { decodeUlaw, formatWav } from '#audio'
import { OutdialError, type Service } from '#base'
import type { PromptPort } from '../machine.ts'
import { DialogueTrials, type DialogueTrialsOptions, documentOf } from './dialogue-trials.ts'
import { DocumentChecker } from './document-checker.ts'

export interface DialogueDeskOptions extends DialogueTrialsOptions {
  readonly prompts: Pick<PromptPort, 'render'>
}

/** Of all accounts: calls go before. */
const MOST_SPEECHES = 2

/** What this server does for whoever writes dialogues: tries them, checks them, lets them be heard. */
export class DialogueDesk implements Service {
  readonly tools: DialogueTools
  readonly #services: readonly Service[]

  constructor(options: DialogueDeskOptions) {
    const trials = new DialogueTrials(options)
    const checker = new DocumentChecker(options)
    const speeches = new Turns(MOST_SPEECHES)
    this.#services = [trials, checker]
    this.tools = {
      startTrial: (accountId, request) => trials.begin(accountId, request),
      moveTrial: (accountId, trialId, move) => trials.move(accountId, trialId, move),
      listTrials: async (accountId) => trials.list(accountId),
      getTrial: async (accountId, trialId) => trials.look(accountId, trialId),
      endTrial: (accountId, trialId) => trials.end(accountId, trialId),
      check: (request) => checker.check(documentOf(request)),
      speak: (text) => speeches.take(() => speak(options, text)),
    }
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.stop()))
  }
}

async function speak(
  { prompts }: DialogueDeskOptions,
  text: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const prompt = { parts: [{ kind: 'text', text } as const], bargein: false, language: 'en-US' }
  const { audio } = await prompts.render(prompt, 'PCMU')
  return formatWav(decodeUlaw(new Uint8Array(audio)), { sampleRate: 8000 })
}

/** So many at once; who comes then is sent away. */
class Turns {
  readonly #most: number
  #taken = 0

  constructor(most: number) {
    this.#most = most
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#taken >= this.#most) {
      const sentence = 'Others are being served; send it again in a moment.'
      throw new OutdialError('overloaded', sentence, { temporary: true })
    }
    this.#taken += 1
    try {
      return await work()
    } finally {
      this.#taken -= 1
    }
  }
}
