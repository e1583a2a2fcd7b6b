import { z } from 'zod'
import { dialogueTools } from '../dialogue-tools.ts'
import { jsonBody, type Operation, operation } from '../operation.ts'
import {
  checkAnswer,
  checkRequest,
  trial,
  trialAnswer,
  trialList,
  trialMove,
  trialRequest,
} from '../schemas/trial.ts'

const tag = 'Dialogues'
/** A document of 1 MiB, escaped. */
const MAX_BYTES = 3 << 20

const TRIALS: readonly Operation[] = [
  operation({
    ...{ id: 'startTrial', method: 'post', path: '/trials', tag, role: 'operator' },
    audited: false,
    summary: 'Try a dialogue without a telephone',
    description:
      'Runs a document in virtual time until it first waits for the caller, or to its end. An account has at most 5 ' +
      'trials at once, a server 20; one that is left alone for 15 minutes is ended.',
    body: jsonBody(trialRequest, { maxBytes: MAX_BYTES }),
    replies: { 201: { says: 'What happened up to there.', schema: trialAnswer } },
    faults: ['too-many-trials', 'overloaded'],
    handle: async ({ options, account: { accountId }, body }) => {
      const answer = await dialogueTools(options.dialogues).startTrial(accountId, body)
      return Response.json(answer, { status: 201 })
    },
  }),
  operation({
    ...{ id: 'listTrials', method: 'get', path: '/trials', tag, role: 'operator' },
    summary: 'The trials that wait for a move',
    description: 'The account’s own on this server, as they began.',
    replies: { 200: { says: 'Those that there are.', schema: trialList } },
    handle: async ({ options, account: { accountId } }) =>
      Response.json(await dialogueTools(options.dialogues).listTrials(accountId)),
  }),
  operation({
    ...{ id: 'getTrial', method: 'get', path: '/trials/{trial_id}', tag, role: 'operator' },
    summary: 'A trial, with all that happened in it',
    description:
      'One that has ended by itself can be looked at for 15 minutes more, the last 5 of an account and the last 20 of a server.',
    replies: { 200: { says: 'How it stands.', schema: trial } },
    faults: ['trial-not-found'],
    handle: async ({ options, account: { accountId }, name }) =>
      Response.json(await dialogueTools(options.dialogues).getTrial(accountId, name('trial_id'))),
  }),
  operation({
    ...{ id: 'moveTrial', method: 'post', path: '/trials/{trial_id}/moves', tag },
    audited: false,
    role: 'operator',
    summary: 'Do what the caller does, and see what comes of it',
    description:
      'A trial is known to the server that began it, and to no other; one that has ended takes no further moves.',
    body: jsonBody(trialMove),
    replies: { 200: { says: 'What happened since.', schema: trialAnswer } },
    faults: ['trial-not-found', 'trial-busy'],
    handle: async ({ options, account: { accountId }, name, body }) => {
      const tools = dialogueTools(options.dialogues)
      return Response.json(await tools.moveTrial(accountId, name('trial_id'), body))
    },
  }),
  operation({
    ...{ id: 'endTrial', method: 'delete', path: '/trials/{trial_id}', tag, role: 'operator' },
    audited: false,
    summary: 'End a trial, and forget it',
    replies: { 204: { says: 'It has ended.' } },
    faults: ['trial-not-found'],
    handle: async ({ options, account: { accountId }, name }) => {
      await dialogueTools(options.dialogues).endTrial(accountId, name('trial_id'))
      return new Response(null, { status: 204 })
    },
  }),
]

export const DIALOGUE_OPERATIONS: readonly Operation[] = [
  ...TRIALS,
  operation({
    ...{ id: 'checkDocument', method: 'post', path: '/check', tag, role: 'viewer' },
    audited: false,
    scope: 'either',
    summary: 'What is wrong with a VoiceXML document or a grammar',
    body: jsonBody(checkRequest, { maxBytes: MAX_BYTES }),
    replies: { 200: { says: 'What was found.', schema: checkAnswer } },
    faults: ['dialogue-stopped', 'overloaded'],
    handle: async ({ options, body }) =>
      Response.json(await dialogueTools(options.dialogues).check(body)),
  }),
  operation({
    ...{ id: 'speak', method: 'get', path: '/speech', tag, role: 'viewer', scope: 'either' },
    summary: 'A text as the embedded voice says it',
    query: z.strictObject({
      text: z
        .string('is missing; send it')
        .min(1, 'is empty; send what is to be said')
        .max(500, 'is too long; send at most 500 characters')
        .meta({ description: 'What is to be said.' }),
    }),
    replies: { 200: { says: 'As a callee hears it, 8 kHz.', type: 'audio/wav' } },
    faults: ['overloaded', 'speech-failed', 'speech-timeout'],
    handle: async ({ options, query: { text } }) => {
      const wave = await dialogueTools(options.dialogues).speak(text)
      return new Response(wave, {
        headers: { 'content-type': 'audio/wav', 'cache-control': 'private, max-age=3600' },
      })
    },
  }),
]
