import { type DialogueTools, type Trial, type TrialAnswer, trialNotFound } from '#api'

const ANSWER: TrialAnswer = {
  trial_id: 'trial-of-user',
  events: [
    { event: 'input', mode: 'dtmf', value: '1', interpretation: { a: [null] }, confidence: 1 },
    { event: 'listen', modes: ['dtmf'], timeout_ms: 3000 },
    { event: 'end', reason: 'exit', value: 1, virtual_ms: 5, steps: 3 },
  ],
  events_left_out: 0,
  waiting: null,
  variables: [{ scope: 'dialog', name: 'a', type: 'number', json: '1' }],
}

const { events, events_left_out, ...STANDING } = ANSWER
const BEGAN = { began_at: '2026-01-01T00:00:00.000Z' }
const TRIAL: Trial = {
  ...STANDING,
  ...BEGAN,
  asked: { document: '<vxml/>', fields: { a: 'b' }, trace: true },
  turns: [
    { events: [], events_left_out: 1 },
    { move: { dtmf: '1' }, events, events_left_out },
  ],
  turns_left_out: 0,
}

/** Looks at no dialogue, and answers as a server does: one trial, of whoever started it last. */
export function fakeDialogues(): DialogueTools {
  let owner: number | undefined
  const requireOwn = (accountId: number, trialId: string): void => {
    if (accountId !== owner || trialId !== ANSWER.trial_id) throw trialNotFound()
  }
  return {
    startTrial: async (accountId) => {
      owner = accountId
      return ANSWER
    },
    moveTrial: async (accountId, trialId) => {
      requireOwn(accountId, trialId)
      return ANSWER
    },
    listTrials: async (accountId) => {
      const own = { trial_id: ANSWER.trial_id, ...BEGAN, waiting: 'listen' as const }
      return { trials: accountId === owner ? [own] : [] }
    },
    getTrial: async (accountId, trialId) => {
      requireOwn(accountId, trialId)
      return TRIAL
    },
    endTrial: async (accountId, trialId) => requireOwn(accountId, trialId),
    check: async () => {
      const place = { uri: 'http://127.0.0.1/start.vxml', line: 1, column: 2 }
      return {
        faults: [{ severity: 'error', message: 'It is wrong.', ...place }],
        faults_left_out: 0,
        source: '<a/>',
      }
    },
    speak: async () => Buffer.from('RIFF'),
  }
}
