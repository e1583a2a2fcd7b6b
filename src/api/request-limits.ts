export interface RequestLimits {
  /** What a request that uploads a list may measure. */
  readonly uploadBytes: number
  /** So long may be waited for any 8 KiB of a request. */
  readonly stallMs: number
  /** Requests to `/v1` with one key, or login, in a minute. */
  readonly requestsPerMinute: number
}

export const DEFAULT_REQUEST_LIMITS: RequestLimits = {
  uploadBytes: 512 * 2 ** 20,
  stallMs: 30_000,
  requestsPerMinute: 6000,
}
