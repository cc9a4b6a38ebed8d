import type { Socket } from "node:net";

/** TLS sockets → the TCP sockets below them, which alone can be reset. */
const socketBelow = new WeakMap<Socket, Socket>();

/** `stream` speaks over `tcp`, which closes with it. */
export function speaksOver(stream: Socket, tcp: Socket): void {
  socketBelow.set(stream, tcp);
}

/** Whether it is no TCP socket, but spoken over one. */
export function isSpokenOver(stream: Socket): boolean {
  return socketBelow.has(stream);
}

/** Ends the connection with a reset. While it connects, a socket cannot reset but only give up. */
export function resetSocket(socket: Socket): void {
  const tcp = socketBelow.get(socket) ?? socket;
  if (socket.connecting || tcp.connecting) socket.destroy();
  else tcp.resetAndDestroy();
}
