import type { Socket } from "node:net";
import type { Span } from "@loopway/model";

export interface SpanReceiver {
  span(span: Span): void;
  /** A line that is no span. */
  malformed(): void;
  /** After the spans of one read. */
  batchEnded(): void;
}

/** A span has a few hundred bytes; whoever sends a longer line than this does not send spans. */
const MAX_LINE = 256 * 1024;

/** Reads spans from a hop's connection, one JSON document per line, until it closes. */
export function receiveSpans(socket: Socket, receiver: SpanReceiver): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("error", () => undefined);
  socket.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const span = parseSpan(line);
      if (span === undefined) receiver.malformed();
      else receiver.span(span);
    }
    receiver.batchEnded();
    if (rest.length <= MAX_LINE) return;
    receiver.malformed();
    socket.destroy();
  });
}

/** Only what assembling relies on is checked: the socket is our own processes' alone. */
function parseSpan(line: string): Span | undefined {
  try {
    const span = JSON.parse(line) as Partial<Span> | null;
    const isSpan =
      typeof span?.startUs === "number" && Array.isArray(span.upstreams) && [span.downstream, ...span.upstreams].every(isFlowEnd);
    return isSpan ? (span as Span) : undefined;
  } catch {
    return undefined;
  }
}

function isFlowEnd(end: unknown): boolean {
  return typeof end === "object" && end !== null && "local" in end && "remote" in end;
}
