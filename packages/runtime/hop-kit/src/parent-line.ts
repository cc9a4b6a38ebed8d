import { fstatSync } from "node:fs";
import { Socket } from "node:net";

const PARENT_FD = 3;

/**
 * The pipe to who started this process, on file descriptor 3: one JSON document per line goes out on it. Its closing means that the
 * parent is gone, however it ended, and is the reason why no process of ours is ever orphaned. Without such a pipe nothing is sent.
 */
export function openParentLine<Message>(onClosed: () => void): (message: Message) => void {
  if (!isPipe(PARENT_FD)) return () => undefined;
  const socket = new Socket({ fd: PARENT_FD, readable: true, writable: true });
  socket.on("error", onClosed).on("close", onClosed).resume();
  return (message) => {
    if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
  };
}

function isPipe(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isSocket() || stat.isFIFO();
  } catch {
    return false;
  }
}
