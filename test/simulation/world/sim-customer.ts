import { type GuardedFetch, OutdialError, type OutgoingRequest, type OutgoingResponse } from '#base'
import type { SimChance } from './sim-chance.ts'
import type { SimLog } from './sim-log.ts'
import type { ProcessClock, SimTime } from './sim-time.ts'

export const START_URL = 'http://customer.example/start.vxml'
export const RESULT_URL = 'http://customer.example/result'

const DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <property name="timeout" value="10s"/>
  <form>
    <field name="choice" type="digits?length=1">
      <prompt>Press a key.</prompt>
      <noinput count="2"><exit expr="'nobody'"/></noinput>
      <filled><exit namelist="choice"/></filled>
    </field>
  </form>
</vxml>`

/** The customer's web application: serves the document, and is told the results. */
export class SimCustomer {
  readonly #time: SimTime
  readonly #chance: SimChance
  readonly #log: SimLog
  /** Nobody answers there. */
  isDown = false
  /** The probability that a result is answered with 500, and that an answer is lost on its way. */
  failures = 0
  lostAnswers = 0
  /** How much longer a result is on its way there. */
  resultsTakeMs = 0
  /** The calls whose result was taken with 2xx. */
  readonly delivered = new Set<string>()

  constructor(time: SimTime, chance: SimChance, log: SimLog) {
    this.#time = time
    this.#chance = chance
    this.#log = log
  }

  /** For the process whose clock it is. */
  fetchOf(clock: ProcessClock): GuardedFetch {
    return (request) =>
      new Promise((resolve, reject) => {
        const moreMs = request.url === RESULT_URL ? this.resultsTakeMs : 0
        this.#time.clock.setTimer(this.#chance.between(1, 40) + moreMs, () => {
          const answer = this.#answer(request)
          this.#time.clock.setTimer(this.#chance.between(1, 40), () =>
            clock.when(() => (answer instanceof OutdialError ? reject(answer) : resolve(answer))),
          )
        })
      })
  }

  #answer(request: OutgoingRequest): OutgoingResponse | OutdialError {
    if (this.isDown) return new OutdialError('fetch-refused', 'Nobody listens there.')
    const lost = this.#chance.happens(this.lostAnswers)
    const response = this.#respond(request)
    return lost ? new OutdialError('fetch-timeout', 'No answer came.') : response
  }

  #respond(request: OutgoingRequest): OutgoingResponse {
    const { url, method, headers = {}, body = '' } = request
    if (url !== RESULT_URL || method === 'GET') return reply(url, 200, DOCUMENT)
    const status = this.#chance.happens(this.failures) ? 500 : 200
    const id = headers['webhook-id'] ?? ''
    this.#log.add(this.#time.nowMs, { kind: 'result', id, body: String(body), status })
    if (status === 200) this.delivered.add(new URLSearchParams(String(body)).get('call_id') ?? '')
    return reply(url, status, '')
  }
}

function reply(url: string, status: number, text: string): OutgoingResponse {
  const headers = { 'content-type': 'application/voicexml+xml' }
  return { url, status, headers, setCookies: [], body: Buffer.from(text) }
}
