import type { Context } from 'hono'
import { RequestBody, receiveUpload, refuseRequest } from '#api'
import { errorMessage, OutdialError } from '#base'
import { html } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { signedInPage } from '../../layout.ts'
import { errorOf, idOf, type Problem, problemSummary, textArea } from '../../parts/field.ts'
import { readForm } from '../../read-form.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { type Draft, type Drafts, LIST_NAME } from './drafts.ts'
import { guessLayout, guessSeparator, readHead } from './layout-guess.ts'
import { draftPath, stepList } from './steps.ts'

const FILE_FIELD = 'list'
const NUMBERS_FIELD = 'numbers'

/** The first step: a list, as a file or typed. */
export function startPages(site: Site, drafts: Drafts): void {
  const { uploads, calls } = site.options
  site.getAs('operator', '/campaigns/new', (_, context) => page(site, askedOf(context)))
  site.getAs('operator', '/campaigns/:id{[0-9]+}/add', (_, context) =>
    goTo(context, `/campaigns/new?to=${context.req.param('id')}`),
  )
  site.postUpload('operator', '/campaigns/new/file', async (visit, context) => {
    const body = new RequestBody(context.req.raw, {
      clock: calls.clock,
      maxBytes: uploads.uploadBytes,
      tooLargeCure: 'upload the list in parts, or have the operator raise OUTDIAL_UPLOAD_MIB',
      stallMs: uploads.stallMs,
    })
    const id = drafts.newId()
    try {
      const { file, fileName = '' } = await receiveUpload(body, {
        contentType: context.req.header('content-type') ?? '',
        fileField: FILE_FIELD,
        folder: drafts.folderOf(id),
        random: calls.random,
        keepAs: LIST_NAME,
        beforeFile: async () => {},
      })
      await file?.close()
      return await begin(drafts, { visit, context, id, fileName: fileName || 'list' })
    } catch (error) {
      await drafts.remove(id)
      const wrong = page(site, { ...askedOf(context), problem: problemOf(error, FILE_FIELD) })
      // What still comes is read to its end, or the browser shows a broken connection and not the page.
      const shown = context.html(await signedInPage(visit, wrong), wrong.status)
      return refuseRequest(body, await shown)
    }
  })
  site.postAs('operator', '/campaigns/new/numbers', async (visit, context) => {
    const numbers = (await readForm(context.req.raw)).text(NUMBERS_FIELD)
    const id = drafts.newId()
    try {
      await drafts.write(id, numbers)
      return await begin(drafts, { visit, context, id, fileName: '' })
    } catch (error) {
      await drafts.remove(id)
      return page(site, { ...askedOf(context), problem: problemOf(error, NUMBERS_FIELD), numbers })
    }
  })
}

interface Beginning {
  readonly visit: Visit
  readonly context: Context
  readonly id: string
  readonly fileName: string
}

async function begin(
  drafts: Drafts,
  { visit, context, id, fileName }: Beginning,
): Promise<Response> {
  const beginning = await drafts.beginning(id)
  if (beginning === '') throw empty()
  const separator = guessSeparator(beginning)
  const head = await readHead(drafts.read(id), separator)
  if (head.width === 0) throw empty()
  const layout = guessLayout(separator, head)
  await drafts.begin(visit.session, { id, fileName, layout, ...askedOf(context) })
  return goTo(context, `${draftPath(id)}/columns`)
}

function empty(): OutdialError {
  const sentence = 'The list is empty: give one with at least one number.'
  return new OutdialError('list-empty', sentence, { field: 'phone_list' })
}

/** What is wrong with a list is told where it was given. */
function problemOf(error: unknown, field: string): Problem {
  if (!(error instanceof OutdialError)) throw error
  return { field, message: errorMessage(error).replace(/^phone_list /, 'The list ') }
}

/** Whether the calls of the list are to be added to a campaign that is there already. */
function askedOf(context: Context): Pick<Draft, 'addsTo'> {
  const id = Number(context.req.query('to') ?? '')
  return Number.isSafeInteger(id) && id > 0 ? { addsTo: id } : {}
}

interface Shown {
  readonly addsTo?: number
  readonly problem?: Problem
  readonly numbers?: string
}

function page(site: Site, { addsTo, problem, numbers = '' }: Shown): Page {
  const query = addsTo === undefined ? '' : `?to=${addsTo}`
  const title = addsTo === undefined ? 'New campaign' : `Add calls to campaign ${addsTo}`
  const { uploadBytes } = site.options.uploads
  const error = errorOf(problem, FILE_FIELD)
  const id = idOf(FILE_FIELD)
  return {
    title,
    scripts: ['drop-file.js'],
    ...(problem === undefined ? {} : { status: 422 as const }),
    body: html`<h1>${title}</h1>${stepList(addsTo === undefined ? {} : { addsTo }, 0)}
      ${problemSummary(problem)}
      <div class="panels">
        <section class="panel">
          <h2>A file</h2>
          <form method="post" action="/campaigns/new/file${query}" enctype="multipart/form-data">
            <div class="field drop${error === undefined ? '' : ' wrong'}" data-drop>
              <label for="${id}">List of numbers (CSV)</label>
              <input id="${id}" type="file" name="${FILE_FIELD}" accept=".csv,.txt,.tsv,text/csv,text/plain" required aria-describedby="${id}-hint${error === undefined ? '' : ` ${id}-error`}"${error === undefined ? '' : html` aria-invalid="true"`}>
              <p class="hint" id="${id}-hint">In UTF-8, up to ${Math.floor(uploadBytes / 2 ** 20)} MiB. Any columns: what they are is asked next.<span class="drop-hint" hidden> It may be dropped here.</span></p>
              ${error === undefined ? '' : html`<p class="error" id="${id}-error">${error}</p>`}
            </div>
            <button class="main">Upload the list</button>
          </form>
        </section>
        <section class="panel">
          <h2>Or numbers</h2>
          <form method="post" action="/campaigns/new/numbers${query}">
            ${textArea({ name: NUMBERS_FIELD, label: 'Numbers', rows: 8, value: numbers, required: true, error: errorOf(problem, NUMBERS_FIELD), hint: 'One a line, or rows copied from a spreadsheet' })}
            <button>Take these numbers</button>
          </form>
        </section>
      </div>
      <p class="hint">A list is kept for a day, on this server, until its campaign is launched; nobody is called before.</p>`,
  }
}
