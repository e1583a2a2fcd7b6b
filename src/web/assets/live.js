// @ts-check
// Keeps a page up to date: puts the fragments that its stream sends where they belong. A fragment in which
// somebody is at work (the focus, or an open question) is left alone until that is over.

const main = document.querySelector('[data-live]')
const path = main?.getAttribute('data-live') ?? ''
/** @type {Map<string, string>} */
const waiting = new Map()
/** @type {EventSource | undefined} */
let source

function open() {
  if (path === '' || source !== undefined) return
  source = new EventSource(path)
  source.addEventListener('fragments', ({ data }) => {
    for (const [id, html] of Object.entries(JSON.parse(data))) waiting.set(id, html)
    placeAll()
  })
}

function close() {
  source?.close()
  source = undefined
}

function placeAll() {
  for (const [id, html] of waiting) {
    const target = document.getElementById(id)
    if (target !== null && isBusy(target)) continue
    waiting.delete(id)
    if (target !== null) place(target, html)
  }
}

/** @param {Element} target */
function isBusy(target) {
  return target.contains(document.activeElement) || target.querySelector(':popover-open') !== null
}

/**
 * @param {Element} target
 * @param {string} html
 */
function place(target, html) {
  const opened = [...target.querySelectorAll('details[open]')].map((one) => one.id)
  const template = document.createElement('template')
  template.innerHTML = html
  target.replaceChildren(template.content)
  for (const id of opened) {
    if (id !== '') document.getElementById(id)?.setAttribute('open', '')
  }
}

// A browser has six connections to a server: pages that nobody looks at need none.
document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()))
document.addEventListener('focusout', () => setTimeout(placeAll))
document.addEventListener('toggle', () => setTimeout(placeAll), true)
addEventListener('pagehide', close)
addEventListener('pageshow', () => !document.hidden && open())
