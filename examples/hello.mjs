// The web application of a call in five minutes: `node examples/hello.mjs`, on any Node from 18 on.
// It serves a dialogue on http://127.0.0.1:8000/hello.vxml and prints the results that come to /result.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

const HELLO = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml" xml:lang="en-US">
  <form>
    <field name="choice" type="digits?length=1">
      <prompt>Hello. This is Outdial. Press any key.</prompt>
      <noinput>I did not hear you. <reprompt/></noinput>
      <filled>
        <prompt>You pressed <value expr="choice"/>. Good bye.</prompt>
        <exit namelist="choice"/>
      </filled>
    </field>
  </form>
</vxml>
`

createServer(async (request, response) => {
  const form = Object.fromEntries(new URLSearchParams(await text(request)))
  if (request.url === '/hello.vxml') {
    response.setHeader('content-type', 'application/voicexml+xml').end(HELLO)
  } else if (request.url === '/result') {
    // Without a phone number it is the check that is made when a call is queued.
    if (form.phone_number) console.log(form)
    response.end('thank you')
  } else {
    response.writeHead(404).end()
  }
}).listen(8000, '127.0.0.1', () => console.log('http://127.0.0.1:8000/hello.vxml'))
