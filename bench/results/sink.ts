// Takes posts and answers 200, in a process of its own; prints its port. Started by bench/results.ts.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const server = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(200, { 'content-length': '2' }).end('ok'))
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
