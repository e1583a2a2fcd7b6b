import type { HostPort } from './config.ts'

/** Where a server that listens on `address` is reached from this machine; no slash at the end. */
export function httpUrl({ host, port }: HostPort): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`
}
