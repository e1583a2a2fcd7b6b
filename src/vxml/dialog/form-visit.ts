import { type JsonValue, ScriptError, type ScriptPlace, type ScriptValue } from '#script'
import type {
  Dialog,
  Expression,
  FormItem,
  Place,
  Properties,
  Written,
} from '../document/vxml-document.ts'
import { optional } from '../document/xml-reading.ts'
import { EventCounters } from '../events/event-counters.ts'
import { asVxmlEvent, type EventOrigin, type VxmlEvent } from '../events/vxml-event.ts'
import { LimitExceeded } from '../limits.ts'
import type { ExecutionContext, Interpreter } from './interpreter.ts'
import { type ItemChoice, itemChoices } from './item-choices.ts'
import { PropertyScopes } from './properties.ts'

/** What the algorithm keeps of one form item. */
export interface ItemState {
  /** Whether it is filled, for items without a name: they have no variable. */
  filled: boolean
  justFilled: boolean
  promptCounter: number
  readonly counters: EventCounters
}

/** One visit of a form or menu, from its initialization to its end. */
export class FormVisit {
  readonly context: ExecutionContext
  readonly dialog: Dialog
  /** The values of `<param>`, where a subdialog begins here. */
  readonly params: ReadonlyMap<string, ScriptValue>
  /** Counts events at the level of the form or menu. */
  readonly counters = new EventCounters()
  /** The form item being visited; absent while the form initializes or selects. */
  item: FormItem | undefined
  /** Whether the event handler that ran last asked for prompts. */
  reprompted = false
  #writtenIn: string | undefined
  readonly #states = new Map<FormItem, ItemState>()
  readonly #scopes = new Map<FormItem | undefined, PropertyScopes>()

  constructor(
    context: ExecutionContext,
    dialog: Dialog,
    params: ReadonlyMap<string, ScriptValue> = new Map(),
  ) {
    this.context = context
    this.dialog = dialog
    this.params = params
  }

  get interpreter(): Interpreter {
    return this.context.interpreter
  }

  get properties(): PropertyScopes {
    const known = this.#scopes.get(this.item)
    if (known !== undefined) return known
    const { root, document } = this.context
    const outer: Properties[] = [this.dialog.properties, document.document.properties]
    if (root !== document) outer.push(root.document.properties)
    const scopes = new PropertyScopes([this.item?.properties, ...outer])
    this.#scopes.set(this.item, scopes)
    return scopes
  }

  state(item: FormItem): ItemState {
    let state = this.#states.get(item)
    if (state === undefined) {
      state = { filled: false, justFilled: false, promptCounter: 1, counters: new EventCounters() }
      this.#states.set(item, state)
    }
    return state
  }

  isFilled(item: FormItem): boolean {
    if (item.name === undefined) return this.state(item).filled
    return this.interpreter.scripts.getVariable('dialog', item.name) !== undefined
  }

  fill(item: FormItem, value: ScriptValue): void {
    this.state(item).filled = value !== undefined
    if (item.name !== undefined) {
      this.interpreter.scripts.setVariable('dialog', item.name, value)
    }
  }

  /** `name$`, beside the item's variable (section 2.3). */
  setShadow(item: FormItem, values: Record<string, JsonValue>): void {
    if (item.name === undefined) return
    this.interpreter.scripts.setVariable('dialog', `${item.name}$`, values)
  }

  evaluate(expression: Expression): ScriptValue {
    return this.interpreter.scripts.evaluate(expression.code, this.place(expression))
  }

  evaluateToString(expression: Expression): string {
    return this.interpreter.scripts.evaluateToString(expression.code, this.place(expression))
  }

  evaluateWritten(value: Written): string {
    return value.kind === 'literal' ? value.text : this.evaluateToString(value.expression)
  }

  /** True where there is no condition. */
  holds(conditional: { readonly cond?: Expression }): boolean {
    const { cond } = conditional
    if (cond === undefined) return true
    return this.interpreter.scripts.evaluateToBoolean(cond.code, this.place(cond))
  }

  /** Runs `work` with `variable` set to each item of an array, in a scope that has it. */
  forEachItem<Result>(array: Expression, variable: string, work: () => Result): Result[] {
    const { scripts } = this.interpreter
    const held = scripts.copyArray(array.code, this.place(array))
    try {
      scripts.declare(variable, undefined, this.place(array))
      return Array.from({ length: held.length }, (_, index) => {
        held.assignItem(index, variable)
        return work()
      })
    } finally {
      held.release()
    }
  }

  /** The choices of the menu or the options of the field, for `<enumerate>`. */
  choices(): readonly ItemChoice[] | undefined {
    return this.item === undefined ? undefined : itemChoices(this.item)
  }

  place(at: Place): ScriptPlace {
    return { uri: this.#written, line: at.line }
  }

  /** Does `work`, whose elements are written in the document at `uri`: a handler of the root document. */
  async writtenIn<Result>(uri: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#writtenIn
    this.#writtenIn = uri
    try {
      return await work()
    } finally {
      this.#writtenIn = before
    }
  }

  get #written(): string {
    return this.#writtenIn ?? this.context.document.uri
  }

  /** `at`: in the document that is executed, unless it names another. */
  origin(at?: EventOrigin): EventOrigin {
    return { uri: this.#written, ...(at === undefined ? {} : placeIn(at)) }
  }

  #logLimit({ limit, message, line }: ScriptError): void {
    if (limit === undefined) return
    this.interpreter.log.warn('a script met its limit', { limit, message, line, ...this.origin() })
  }

  /** What was thrown, as an event of this document. Rethrows what is no event. */
  asEvent(thrown: unknown, at?: EventOrigin): VxmlEvent {
    if (thrown instanceof LimitExceeded) thrown.origin ??= this.origin(at ?? this.dialog)
    if (thrown instanceof ScriptError) this.#logLimit(thrown)
    return asVxmlEvent(thrown, this.origin(at))
  }
}

/** Elements are places, and have more than that. */
function placeIn({ uri, line, column }: EventOrigin): EventOrigin {
  return { ...optional('uri', uri), ...optional('line', line), ...optional('column', column) }
}
