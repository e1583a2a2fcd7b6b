import type { Store } from './open-store.ts'

const LOOK_EVERY_MS = 1_000

/** Tells when the server stops answering, and when it answers again. Returns what ends it. */
export function watchServer(
  { serverAnswers }: Store['app'],
  server: string,
  tell: (line: string) => void,
): () => void {
  let answered = true
  let looking = false
  const timer = setInterval(async () => {
    if (looking) return
    looking = true
    const answers = await serverAnswers(server)
    looking = false
    if (answers === answered) return
    answered = answers
    tell(answers ? `${server} answers again.` : `${server} ${GONE}`)
  }, LOOK_EVERY_MS)
  return () => clearInterval(timer)
}

/** Of a server that a call is left to. */
export const GONE =
  'does not answer: a call in progress may still end well, one that waits goes on when it is back.'
