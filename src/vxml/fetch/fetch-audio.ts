import { sleep } from '#base'
import type { FormVisit } from '../dialog/form-visit.ts'
import type { Fetching } from '../document/vxml-document.ts'
import type { Playback, Prompt } from '../platform.ts'
import { fetchPolicy, mayPrefetch } from './fetch-policy.ts'
import { resolveUri } from './resolve-uri.ts'

/**
 * VoiceXML 2.0 sections 4.1.8 and 6.1.1: with `fetchaudio`, what is queued is played to completion,
 * then that audio until the fetch completes; `fetchaudiodelay` keeps a short fetch silent, and what
 * has begun plays for `fetchaudiominimum`.
 */
export async function withFetchAudio<Result>(
  visit: FormVisit,
  fetching: Fetching,
  work: () => Promise<Result>,
): Promise<Result> {
  const { prompts, input, platform } = visit.interpreter
  const audio = fetching.audio ?? visit.properties.get('fetchaudio')
  const uri = resolveUri(audio ?? '', visit.context.document.base)
  if (audio === undefined || audio.trim() === '' || uri === undefined || input.hungUp) {
    return await work()
  }
  const fetched = new AbortController()
  const result = work().finally(() => fetched.abort())
  result.catch(() => undefined)
  const prompt = audioPrompt(visit, uri)
  if (mayPrefetch(visit.properties, 'audio', {})) platform.prepare(prompt)
  await prompts.playOut()
  await sleep(platform.clock, visit.properties.timeMs('fetchaudiodelay'), fetched.signal)
  if (!fetched.signal.aborted && !input.hungUp) {
    const minimumMs = visit.properties.timeMs('fetchaudiominimum')
    const playback = platform.play(prompt)
    input.onHangUp(() => playback.stop())
    await playAtLeast(visit, playback, minimumMs, result)
  }
  return await result
}

async function playAtLeast(
  visit: FormVisit,
  playback: Playback,
  minimumMs: number,
  result: Promise<unknown>,
): Promise<void> {
  const minimum = sleep(visit.interpreter.platform.clock, minimumMs)
  const done = result.then(
    () => undefined,
    () => undefined,
  )
  await Promise.race([playback.ended, Promise.all([done, minimum])])
  playback.stop()
  await playback.ended
}

function audioPrompt(visit: FormVisit, uri: string): Prompt {
  const { timeoutMs, ...kept } = fetchPolicy(visit.properties, 'audio', {})
  const parts = [{ kind: 'audio', uri, fetchTimeoutMs: timeoutMs, ...kept, fallback: [] } as const]
  return { parts, bargein: false, language: 'en-US' }
}
