// @ts-check
// Where a file is asked for it may be dropped as well. Without this, the field alone does it.

for (const place of document.querySelectorAll('[data-drop]')) {
  const input = place.querySelector('input[type=file]')
  if (!(input instanceof HTMLInputElement)) continue
  place.querySelector('.drop-hint')?.removeAttribute('hidden')
  /** @param {boolean} isOver */
  const show = (isOver) => place.classList.toggle('over', isOver)
  place.addEventListener('dragover', (event) => {
    event.preventDefault()
    show(true)
  })
  place.addEventListener('dragleave', () => show(false))
  place.addEventListener('drop', (event) => {
    event.preventDefault()
    show(false)
    const files = event instanceof DragEvent ? event.dataTransfer?.files : undefined
    if (files === undefined || files.length === 0) return
    input.files = files
    input.focus()
  })
}
