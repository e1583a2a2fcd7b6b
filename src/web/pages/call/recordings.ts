import type { Recording } from '#client'
import { roleAllows } from '#model'
import { type Html, html, NOTHING } from '../../html.ts'
import { shownText } from '../../shown-text.ts'
import { durationText, shownTime } from '../../shown-time.ts'
import type { Visit } from '../../visit.ts'

/** What was recorded of each attempt: to see, and for those who may, to hear. */
export function recordingPanel(
  visit: Visit,
  callId: number,
  recordings: readonly Recording[],
): Html {
  if (recordings.length === 0) return NOTHING
  return html`<section class="panel" id="recordings"><h2>Recordings</h2>
    ${recordings.map((one) => recordingPart(visit, callId, one))}
  </section>`
}

function recordingPart(visit: Visit, callId: number, one: Recording): Html {
  const { attempt, stored, duration_ms, recorded_at, fault } = one
  const title = html`<h3>Attempt ${attempt}, ${durationText(duration_ms / 1000)}, ${shownTime(visit, recorded_at)}</h3>`
  const why = fault === undefined ? NOTHING : html`<p class="warning">${shownText(fault)}</p>`
  if (!stored) return html`${title}${why}`
  if (!roleAllows(visit.role, 'operator')) {
    return html`${title}${why}<p class="empty">Recordings are for an operator to hear.</p>`
  }
  const path = `/calls/${callId}/recordings/${attempt}`
  return html`${title}${why}
    <img class="waveform" src="${path}/waveform.svg" width="1000" height="120" alt="How loud it was: above what was said to the callee, below what the callee said">
    <audio controls preload="metadata" src="${path}/play.wav" aria-label="Recording of attempt ${attempt}"></audio>
    <p><a href="${path}/stored.wav" download>Download</a> <span class="aside">Left: what was said. Right: what was answered.</span></p>`
}
