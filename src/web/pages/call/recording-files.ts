import type { Context } from 'hono'
import { goTo, type Site } from '../../site.ts'
import { readForm } from '../../read-form.ts'
import type { Visit } from '../../visit.ts'
import { drawWaveform } from './waveform.ts'

const FILE = '/calls/:id{[0-9]+}/recordings/:attempt{[0-9]+}'

/** What a call's page points to: its recordings to hear and to see, its search as a file, a replay of its result. */
export function callFiles(site: Site): void {
  site.get(`${FILE}.wav`, async (visit, context) => {
    const response = await openRecording(visit, context)
    // Played in the page; the link beside it says `download`.
    response.headers.set('content-disposition', 'inline')
    return response
  })
  site.get(`${FILE}/waveform.svg`, async (visit, context) => {
    const response = await openRecording(visit, context)
    const svg = await drawWaveform(response.body ?? new ReadableStream())
    return context.body(svg, 200, { 'content-type': 'image/svg+xml' })
  })
  site.get('/calls/export', async (visit, context) => {
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
async function openRecording(visit: Visit, context: Context): Promise<Response> {
  const call_id = Number(context.req.param('id'))
  const attempt = Number(context.req.param('attempt'))
  const response = await visit.client.getRecording({ call_id, attempt })
  return new Response(response.body, response)
}
