import { styleText } from 'node:util'
import type { TryEvent } from '#app'

/** One line for people; nothing for what they have typed themselves. */
export function describeEvent(event: TryEvent): string | undefined {
  switch (event.event) {
    case 'prompt':
      return styleText('bold', spoken(event))
    case 'fetch':
      return dim(`fetched ${event.uri}: ${event.status || event.message}`)
    case 'listen':
      return undefined
    case 'input':
      return dim(`heard ${event.mode} "${event.value}" → ${JSON.stringify(event.interpretation)}`)
    case 'noinput':
      return dim('silence')
    case 'nomatch':
      return dim(`no grammar matches "${event.value}"`)
    case 'record':
      return dim(`records, at most ${event.maxTimeMs / 1000} s`)
    case 'transfer':
      return dim(`${event.type} transfer to ${event.dest}`)
    case 'log':
      return styleText('cyan', `log ${event.label === '' ? '' : `${event.label}: `}${event.text}`)
    case 'throw': {
      const text = `${event.name}: ${event.message}${place(event)}`
      return event.name.startsWith('error') ? styleText('red', text) : dim(text)
    }
    case 'step':
      return dim(`· ${event.text}${place(event)}`)
    case 'warning':
      return styleText('yellow', `warning: ${event.text}${place(event)}`)
    case 'end':
      return ending(event)
  }
}

function spoken({ text, audio }: Extract<TryEvent, { event: 'prompt' }>): string {
  return [text, ...audio.map((uri) => `[${uri}]`)].filter((part) => part !== '').join(' ')
}

function ending({ reason, value, virtualMs, fault }: Extract<TryEvent, { event: 'end' }>): string {
  const seconds = `after ${(virtualMs / 1000).toFixed(1)} s`
  const returned = value === undefined ? '' : `, with ${JSON.stringify(value)}`
  if (fault === undefined) return dim(`— ended by ${reason} ${seconds}${returned}`)
  const why = `${fault.event}: ${fault.message}${place(fault)}`
  return styleText('red', `— ended by ${reason} ${seconds}: ${why}`)
}

function place(at: {
  readonly uri: string
  readonly line?: number
  readonly column?: number
}): string {
  if (at.line === undefined || at.line === 0) return ''
  return ` (${at.uri}:${at.line}${at.column === undefined ? '' : `:${at.column}`})`
}

function dim(text: string): string {
  return styleText('dim', text)
}
