import { errorMessage, sleep } from '#base'
import type { Dialog } from '#sip'
import type { Ear } from './ear.ts'
import { answerReinvite, type Line } from './line.ts'
import type { Network, Visit } from './network.ts'
import { endRecord } from './record-end.ts'

const INTO_PROMPT_MS = 1000

/** The answered part of a call: talk, listen, press keys, hang up, and keep what was heard. */
export async function converse(
  network: Network,
  visit: Visit,
  line: Line,
  ear: Ear,
  dialog: Dialog,
): Promise<void> {
  const ending = new AbortController()
  const { signal } = ending
  const over = dialog.ended.finally(() => ending.abort())
  const hangUp = (): void => void dialog.bye()
  network.closing.addEventListener('abort', hangUp, { once: true })
  if (network.closing.aborted) hangUp()
  let version = 1
  dialog.onReinvite = (offer) => answerReinvite(line, offer, ++version)
  const talk: Talk = { network, visit, line, ear, hangUp, over, signal }
  await Promise.all([greet(talk), listen(talk), pressInTime(talk), hangUpInTime(talk)]).catch(
    (thrown: unknown) => {
      if (signal.aborted) return
      network.log.warn('carrier-call-broke', { reason: errorMessage(thrown) })
      hangUp()
    },
  )
  const { by } = await over
  network.closing.removeEventListener('abort', hangUp)
  await endRecord(network, visit, by === 'remote' ? 'caller' : 'carrier', await ear.finish())
}

interface Talk {
  readonly network: Network
  readonly visit: Visit
  readonly line: Line
  readonly ear: Ear
  readonly hangUp: () => void
  /** Resolves when the call is over, and `signal` aborts: what sounds then is cut by closing the stream. */
  readonly over: Promise<unknown>
  readonly signal: AbortSignal
}

async function greet({ network, visit, line, signal, over }: Talk): Promise<void> {
  const { says, tone } = visit.behaviour
  const { codec } = line.agreed
  const sounds = [
    says === undefined ? undefined : await network.sounds.speech(says, codec),
    tone === undefined ? undefined : await network.sounds.tone(tone, codec),
  ]
  for (const sound of sounds) {
    if (sound === undefined || signal.aborted) continue
    await Promise.race([line.stream.play(sound).ended, over])
  }
}

/** Does what is to be done when prompts begin and end. */
async function listen(talk: Talk): Promise<void> {
  const { network, visit, ear, signal } = talk
  const { press, pressAfter = 'prompt', repeat, hangupDuring } = visit.behaviour
  const presses = pressAfter === 'prompt' && press !== undefined ? [press].flat() : []
  if (presses.length === 0 && hangupDuring === undefined) return
  let prompts = 0
  let lastAction: Promise<void> = Promise.resolve()
  await ear.listen((heard) => {
    network.note(visit.record, { kind: heard })
    if (heard === 'prompt-started') {
      if (hangupDuring === 'prompt') lastAction = hangUpAfter(talk, INTO_PROMPT_MS)
      return
    }
    const keys = presses[prompts++] ?? (repeat ? presses.at(-1) : undefined)
    if (keys !== undefined) lastAction = lastAction.then(() => pressKeys(talk, keys))
  }, signal)
  await lastAction
}

async function pressInTime(talk: Talk): Promise<void> {
  const { press, pressAfter } = talk.visit.behaviour
  if (typeof press !== 'string' || typeof pressAfter !== 'number') return
  await sleep(talk.network.clock, pressAfter, talk.signal)
  await pressKeys(talk, press)
}

async function pressKeys(
  { network, visit, line, signal, over }: Talk,
  keys: string,
): Promise<void> {
  if (signal.aborted) return
  visit.record.digitsPressed += keys
  network.note(visit.record, { kind: 'pressed', digits: keys })
  await Promise.race([line.stream.sendDigits(keys), over])
}

async function hangUpInTime(talk: Talk): Promise<void> {
  const { hangupAfterMs } = talk.visit.behaviour
  if (hangupAfterMs !== undefined) await hangUpAfter(talk, hangupAfterMs)
}

async function hangUpAfter({ network, hangUp, signal }: Talk, delayMs: number): Promise<void> {
  await sleep(network.clock, delayMs, signal)
  if (!signal.aborted) hangUp()
}
