/** What the server says of a request that it did not do (RFC 9457). `code`: of docs/reference/errors.md. */
export class OutdialApiError extends Error {
  readonly status: number
  readonly code: string
  /** Which part of the request, where it is one. */
  readonly field: string | undefined
  /** After so many seconds the same request may succeed; absent where it will not. */
  readonly retryAfterSeconds: number | undefined

  constructor(status: number, problem: Problem, retryAfterSeconds: number | undefined) {
    super(problem.detail)
    this.name = 'OutdialApiError'
    this.status = status
    this.code = problem.code
    this.field = problem.field
    this.retryAfterSeconds = retryAfterSeconds
  }
}

interface Problem {
  readonly code: string
  readonly detail: string
  readonly field?: string
}

export async function readProblem(response: Response): Promise<OutdialApiError> {
  const text = await response.text()
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new OutdialApiError(
    response.status,
    problemIn(text) ?? {
      code: 'no-problem-document',
      detail: `The server answered ${response.status}: ${text.slice(0, 200)}`,
    },
    Number.isFinite(seconds) ? seconds : undefined,
  )
}

/** A proxy on the way may answer in its own words. */
function problemIn(text: string): Problem | undefined {
  try {
    const { code, detail, field } = JSON.parse(text)
    if (typeof code !== 'string' || typeof detail !== 'string') return undefined
    return { code, detail, ...(typeof field === 'string' ? { field } : {}) }
  } catch {
    return undefined
  }
}
