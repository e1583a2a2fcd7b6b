import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'

/**
 * The address of this machine that leads to `host`: what the routing table says for a connected UDP
 * socket. Nothing is sent. Rejects where the name is unknown or there is no way.
 */
export function localAddressTowards(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.connect(port, host, () => {
      const { address } = socket.address()
      socket.close()
      resolve(address)
    })
  })
}
