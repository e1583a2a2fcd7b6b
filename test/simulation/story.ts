import type { Plan } from './plan.ts'
import type { LoggedEvent } from './world/sim-log.ts'

/** What was seen of one planned call, and of the faults, a line an event: for people. */
export function storyOf(plan: Plan, reference: string, events: readonly LoggedEvent[]): string {
  const call = plan.calls.find((one) => one.reference === reference)
  if (call === undefined) return `There is no ${reference} on seed ${plan.seed}.`
  const { calls: _calls, faults: _faults, ...world } = plan
  const lines = events.flatMap((event) => {
    const words = wordsOf(event, reference, call.number)
    return words === undefined ? [] : `${(event.atMs / 1000).toFixed(3).padStart(10)}  ${words}`
  })
  return [JSON.stringify(world), JSON.stringify(call), ...lines].join('\n')
}

function wordsOf(event: LoggedEvent, reference: string, number: string): string | undefined {
  switch (event.kind) {
    case 'lost':
    case 'sip': {
      if (!event.text.includes(number)) return undefined
      const [first] = event.text.split('\r\n')
      const callId = /^Call-ID: *(\S{6})/im.exec(event.text)?.[1]
      const way = event.kind === 'lost' ? '→ lost →' : '→'
      return `${event.from} ${way} ${event.to}  ${callId}  ${first}`
    }
    case 'api':
      if (event.request['message_reference'] !== reference) return undefined
      return `${event.method} at ${event.node}: ${event.status} ${event.body.replace(/\s+/g, ' ')}`
    case 'result':
      return event.body.includes(`message_reference=${reference}&`)
        ? `result ${event.id}, answered ${event.status}: ${event.body}`
        : undefined
    case 'up':
      return `${event.node} is up`
    case 'fault':
      return `${event.what} ${event.node ?? ''}`
    case 'end':
      return 'end'
  }
}
