import { once } from "node:events";
import type { Socket } from "node:net";

/** Sends a request and reads one response, whose length its head tells. For a socket with an encoding. */
export async function exchange(socket: Socket, request: string): Promise<string> {
  socket.write(request, "latin1");
  let text = "";
  for (;;) {
    const [chunk] = (await once(socket, "data")) as [string];
    text += chunk;
    const headEnd = text.indexOf("\r\n\r\n") + 4;
    if (headEnd >= 4 && text.length >= headEnd + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)) return text;
  }
}
