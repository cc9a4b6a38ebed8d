import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Announcement } from "@loopway/model";

const SUPERVISOR_FD = 3;

/**
 * The pipe to the supervisor on file descriptor 3. Announcements go out on it; its closing means that the supervisor is gone, however it
 * ended, and is the reason why no process of ours is ever orphaned. Without such a pipe (started by hand) announcements are dropped.
 */
export function openSupervisorLine(onClosed: () => void): (announcement: Announcement) => void {
  if (!isPipe(SUPERVISOR_FD)) return () => undefined;
  const socket = new Socket({ fd: SUPERVISOR_FD, readable: true, writable: true });
  socket.on("error", onClosed).on("close", onClosed).resume();
  return (announcement) => {
    socket.write(`${JSON.stringify(announcement)}\n`);
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
