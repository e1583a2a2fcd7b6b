// @ts-check
// A dialogue that is tried, without loading its page for each move: sends the same forms, and takes from the page
// that answers what is new. Keys that follow one another quickly are pressed together, as on a telephone.

const KEYS_TOGETHER_MS = 700
const READS_ALOUD = 'try-reads-aloud'

const talk = /** @type {HTMLElement} */ (document.getElementById('talk'))
const turns = /** @type {HTMLElement} */ (document.getElementById('turns'))
const told = /** @type {HTMLElement} */ (document.getElementById('told'))
const unreachable = /** @type {HTMLElement} */ (document.getElementById('unreachable'))
const readAloud = /** @type {HTMLButtonElement} */ (document.getElementById('read-aloud'))

/** Each part as the server sent it. @type {Map<string, string>} */
const parts = new Map()
let isSending = false
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pressing
/** @type {HTMLAudioElement | undefined} */
let playing

for (const part of partsOf(document)) parts.set(part.id, part.innerHTML)
readAloud.hidden = false
showReadsAloud()
talk.scrollTop = talk.scrollHeight
if (readsAloud()) play(playersOf([...turns.children].slice(-1)))

document.addEventListener('submit', (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target)
  if (!form.classList.contains('move')) return
  event.preventDefault()
  const button = /** @type {SubmitEvent} */ (event).submitter
  const key =
    button instanceof HTMLButtonElement && button.name === 'dtmf' ? button.value : undefined
  if (key === undefined) void send(form, button)
  else press(form, key)
})

document.addEventListener('keydown', (event) => {
  const { key, target, ctrlKey, altKey, metaKey } = event
  if (!(target instanceof Element) || ctrlKey || altKey || metaKey || !/^[0-9*#]$/.test(key)) return
  const form = target.closest('.keypad')?.closest('form')
  if (!form) return
  event.preventDefault()
  press(form, key)
})

readAloud.addEventListener('click', () => {
  sessionStorage.setItem(READS_ALOUD, readsAloud() ? 'no' : 'yes')
  showReadsAloud()
  if (readsAloud()) play(playersOf([...turns.children].slice(-1)))
  else hush()
})

// One at a time, whoever started it.
document.addEventListener(
  'play',
  ({ target }) => {
    if (!(target instanceof HTMLAudioElement)) return
    if (playing !== target) playing?.pause()
    playing = target
  },
  true,
)

/**
 * @param {HTMLFormElement} form
 * @param {string} key
 */
function press(form, key) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem('field-dtmf'))
  field.value += key
  clearTimeout(pressing)
  pressing = setTimeout(() => void send(form, null), KEYS_TOGETHER_MS)
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 */
async function send(form, button) {
  clearTimeout(pressing)
  if (isSending) {
    // Keys wait until the dialogue has come back; whatever else is pressed twice is meant once.
    if (button === null) pressing = setTimeout(() => void send(form, null), KEYS_TOGETHER_MS)
    return
  }
  isSending = true
  hush()
  unreachable.hidden = true
  // Without a file all of them are texts.
  const fields = /** @type {[string, string][]} */ ([...new FormData(form, button)])
  const body = new URLSearchParams(fields)
  form.reset()
  try {
    const answer = await fetch(form.action, { method: 'POST', body })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    if (page.getElementById('desk') === null) location.assign(form.action)
    else take(page)
  } catch {
    unreachable.hidden = false
    fill(form, fields)
  } finally {
    isSending = false
  }
}

/**
 * With what was not sent.
 * @param {HTMLFormElement} form
 * @param {readonly [string, string][]} fields
 */
function fill(form, fields) {
  for (const [name, value] of fields) {
    const input = form.elements.namedItem(`field-${name}`)
    if (input instanceof HTMLInputElement || input instanceof HTMLSelectElement) input.value = value
  }
}

/** @param {Document} page */
function take(page) {
  const focused = document.activeElement?.id ?? ''
  for (const part of partsOf(page)) place(part)
  const added = newTurns(page)
  turns.append(...added)
  if (added.length > 0) talk.scrollTop = talk.scrollHeight
  told.textContent = textsOf(added)
  if (readsAloud()) play(playersOf(added))
  if (document.activeElement === document.body) focusAgain(focused)
  const wrong = document.querySelector('#part-moves [aria-invalid]')
  if (wrong instanceof HTMLElement) wrong.focus()
}

/** @param {Document} page */
function newTurns(page) {
  return [...page.querySelectorAll('#turns > li')].filter(({ id }) => !document.getElementById(id))
}

/** @param {Element} part */
function place(part) {
  const target = document.getElementById(part.id)
  if (target === null || parts.get(part.id) === part.innerHTML) return
  parts.set(part.id, part.innerHTML)
  const were = new Map([...target.querySelectorAll('details')].map((one) => [one.id, one.open]))
  target.replaceChildren(...part.childNodes)
  for (const one of target.querySelectorAll('details')) one.open = were.get(one.id) ?? one.open
}

/** @param {string} id */
function focusAgain(id) {
  const again = document.getElementById(id) ?? document.getElementById('over-again')
  ;(again ?? talk).focus({ preventScroll: again === null })
}

/** @param {readonly Element[]} added */
function textsOf(added) {
  return added
    .flatMap((turn) => [...turn.querySelectorAll('.said')].map((one) => one.textContent))
    .join(' ')
}

/** @param {ParentNode} from */
function partsOf(from) {
  return [...from.querySelectorAll('[data-part]')]
}

/** @param {readonly Element[]} added */
function playersOf(added) {
  return added.flatMap((turn) => [...turn.querySelectorAll('audio')])
}

/** @param {readonly HTMLAudioElement[]} players */
function play([first, ...others]) {
  if (first === undefined) return
  first.onended = () => play(others)
  // A browser may refuse it, before anything was pressed on this site.
  first.play().catch(() => undefined)
}

function hush() {
  playing?.pause()
}

function readsAloud() {
  return sessionStorage.getItem(READS_ALOUD) === 'yes'
}

function showReadsAloud() {
  readAloud.setAttribute('aria-pressed', String(readsAloud()))
}
