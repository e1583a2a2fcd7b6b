import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What was posted to `/result`, field by field. */
export type PostedResult = Readonly<Record<string, string>>

/**
 * The web application of the demo, as a client of Outdial would write one: it serves the dialogue,
 * takes the answer, and receives the results.
 */
export class WebApplication {
  readonly results: PostedResult[] = []
  onResult: ((result: PostedResult) => void) | undefined
  onAnswer: ((phoneNumber: string, choice: string) => void) | undefined
  readonly #server: Server

  constructor() {
    this.#server = createServer(async (request, response) => {
      const { status, type, body } = await this.#answer(request)
      response.writeHead(status, { 'content-type': type }).end(body)
    })
  }

  /** Resolves with the base URL. */
  start(): Promise<string> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`)
      })
    })
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage): Promise<Page> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const form = new URLSearchParams(request.method === 'POST' ? await text(request) : '')
    switch (pathname) {
      case '/reminder.vxml':
        return vxml(reminder(form.get('message_reference') ?? ''))
      case '/answer.vxml':
        this.onAnswer?.(form.get('phone_number') ?? '', form.get('choice') ?? '')
        return vxml(thanks(form.get('choice') ?? ''))
      case '/result':
        return this.#receive(Object.fromEntries(form))
      default:
        return { status: 404, type: 'text/plain', body: 'There is nothing here.' }
    }
  }

  #receive(result: PostedResult): Page {
    // Without a phone number it is the check that Outdial makes when a call is queued.
    if (result['phone_number'] !== undefined) {
      this.results.push(result)
      this.onResult?.(result)
    }
    return { status: 200, type: 'text/plain', body: 'thank you' }
  }
}

interface Page {
  readonly status: number
  readonly type: string
  readonly body: string
}

function vxml(body: string): Page {
  return { status: 200, type: 'application/voicexml+xml', body }
}

function reminder(patient: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml" xml:lang="en-US">
  <var name="phone_number" expr="session.telephone.dnis"/>
  <form id="reminder">
    <block>
      <prompt>Hello${escapeXml(patient === '' ? '' : `, ${patient}`)}. This is Springfield Dental.</prompt>
    </block>
    <field name="choice">
      <grammar mode="dtmf" version="1.0" root="choice" xmlns="http://www.w3.org/2001/06/grammar">
        <rule id="choice"><one-of><item>1</item><item>2</item></one-of></rule>
      </grammar>
      <prompt>You have an appointment on Tuesday at four thirty.
        To confirm, press 1. To call it off, press 2.</prompt>
      <noinput count="1">Sorry, I did not hear you. <reprompt/></noinput>
      <noinput count="3">Good bye. <exit/></noinput>
      <nomatch>Please press 1 or 2. <reprompt/></nomatch>
      <filled>
        <submit next="answer.vxml" method="post" namelist="choice phone_number"/>
      </filled>
    </field>
  </form>
</vxml>
`
}

function thanks(choice: string): string {
  const said = choice === '1' ? 'Thank you. We look forward to seeing you.' : 'It is called off.'
  return `<?xml version="1.0" encoding="UTF-8"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml" xml:lang="en-US">
  <form>
    <var name="choice" expr="'${escapeXml(choice.replace(/[^0-9]/g, ''))}'"/>
    <block>
      <prompt>${said} Good bye.</prompt>
      <exit namelist="choice"/>
    </block>
  </form>
</vxml>
`
}

function escapeXml(text: string): string {
  return text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
