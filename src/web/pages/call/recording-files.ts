import type { Context } from 'hono'
import { readForm } from '../../read-form.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { playableWave } from './playable-wave.ts'
import { drawWaveform } from './waveform.ts'

const FILE = '/calls/:id{[0-9]+}/recordings/:attempt{[0-9]+}'

/** What a call's page points to: its recordings to hear and to see, its packets and its search as files, a replay of its result. */
export function callFiles(site: Site): void {
  site.get(`${FILE}/play.wav`, async (visit, context) => {
    const { bytes, body } = await playableWave(await openRecording(visit, context))
    return new Response(body, {
      headers: { 'content-type': 'audio/wav', 'content-length': String(bytes) },
    })
  })
  site.get(`${FILE}/stored.wav`, async (visit, context) => {
    return await visit.client.getRecording(nameOf(context))
  })
  site.get(`${FILE}/waveform.svg`, async (visit, context) => {
    const svg = await drawWaveform(await openRecording(visit, context))
    return context.body(svg, 200, { 'content-type': 'image/svg+xml' })
  })
  site.get('/calls/:id{[0-9]+}/call.pcap', async (visit, context) => {
    return await visit.client.getPcap({ call_id: Number(context.req.param('id')) })
  })
  // The interface gives viewers numbers, these pages do not.
  site.getAs('operator', '/calls/export', async (visit, context) => {
    const asked = context.req.query() as Readonly<Record<string, string>>
    return await visit.client.exportCalls(asked as Parameters<typeof visit.client.exportCalls>[0])
  })
  site.post('/calls/:id{[0-9]+}/replay', async (visit, context) => {
    const form = await readForm(context.req.raw)
    await visit.client.replayResult({ result_id: form.text('result_id') })
    return goTo(context, `/calls/${context.req.param('id')}?done=result-replayed`)
  })
}

/** @throws OutdialApiError */
async function openRecording(visit: Visit, context: Context): Promise<ReadableStream<Uint8Array>> {
  const { body } = await visit.client.getRecording(nameOf(context))
  return body ?? ReadableStream.from([])
}

function nameOf(context: Context): { call_id: number; attempt: number } {
  return { call_id: Number(context.req.param('id')), attempt: Number(context.req.param('attempt')) }
}
