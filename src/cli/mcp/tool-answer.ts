import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OutdialError } from '#base'

/** What a tool answers. */
export interface ToolAnswer {
  [key: string]: unknown
  readonly content: { readonly type: 'text'; readonly text: string }[]
  readonly isError?: boolean
}

/** What `work` has to say; an error of ours becomes its sentence, which tells the cure. */
export async function answerWith(work: () => Promise<string>): Promise<ToolAnswer> {
  try {
    return { content: [{ type: 'text', text: await work() }] }
  } catch (error) {
    if (!(error instanceof OutdialError)) throw error
    return { content: [{ type: 'text', text: `${error.message} [${error.code}]` }], isError: true }
  }
}

/** Runs `work` with the path of a file that holds `text` for so long. */
export async function withFile<Answer>(
  name: string,
  text: string,
  work: (path: string) => Promise<Answer>,
): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-mcp-'))
  try {
    const path = join(folder, name)
    writeFileSync(path, text)
    return await work(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
