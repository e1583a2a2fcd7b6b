/** The URL of a server, as an argument of the command line. */
export function parseServer(text: string): string {
  const protocol = URL.parse(text)?.protocol
  if (protocol === 'http:' || protocol === 'https:') return text
  throw new Error('It may be an http or https URL, for example http://127.0.0.1:8080.')
}
