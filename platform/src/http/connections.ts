import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** The connections of an HTTP server, told apart by whether a request on them is being answered. */
export interface Connections {
  /**
   * Ends each when it has no request: those that have one after their answer, the others after a moment in which a request
   * that is on its way arrives. Node's own way waits for ones that never ask.
   */
  endWhenIdle(): void
  cut(): void
}

/** Milliseconds. */
const moment = 200

export function trackConnections(server: Server): Connections {
  const requests = new Map<Socket, number>()
  let ending = false
  const endIdle = (socket: Socket): void => {
    if (ending && requests.get(socket) === 0) socket.destroySoon()
  }

  server.on('connection', (socket: Socket) => {
    requests.set(socket, 0)
    socket.once('close', () => requests.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    requests.set(socket, (requests.get(socket) ?? 0) + 1)
    response.once('close', () => {
      const left = requests.get(socket)
      if (left === undefined) return
      requests.set(socket, left - 1)
      endIdle(socket)
    })
  })

  return {
    endWhenIdle() {
      ending = true
      setTimeout(() => {
        for (const socket of requests.keys()) endIdle(socket)
      }, moment).unref()
    },
    cut() {
      for (const socket of requests.keys()) socket.destroy()
    },
  }
}
