import type { FormItem } from '../document/vxml-document.ts'

/** One line of an `<enumerate>`. */
export interface ItemChoice {
  readonly text: string
  /** "A single whitespace between DTMF tokens." */
  readonly dtmf?: string
}

/**
 * What `<enumerate>` goes through (VoiceXML 2.0 sections 2.2.4 and 2.3.1.3); undefined in an item that
 * has nothing of the kind. A choice with a `<grammar>` tells no key.
 */
export function itemChoices(item: FormItem): readonly ItemChoice[] | undefined {
  if (item.kind === 'menu') {
    return item.choices.map(({ text, dtmf, grammars }) =>
      itemChoice(text, grammars.length === 0 ? dtmf : undefined),
    )
  }
  if (item.kind !== 'field' || item.options.length === 0) return undefined
  return item.options.map(({ text, dtmf }) => itemChoice(text, dtmf))
}

function itemChoice(text: string, dtmf: string | undefined): ItemChoice {
  return dtmf === undefined ? { text } : { text, dtmf: [...dtmf.replace(/\s/g, '')].join(' ') }
}
