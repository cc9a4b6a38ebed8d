import { createReadStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { LoopwayError } from "@loopway/model";
import { reasonOf } from "../manifests.ts";

/** Read at once: the whole command needs little more than this, however long the log. */
const PIECE_BYTES = 256 * 1024;
/** Longer lines are no log: a request line and a header of an ALB have at most 16 K each. */
const MAX_LINE = 1024 * 1024;
const logFile = /\.(log|gz)$/;

/** Access logs: a file, or all below a folder that are named *.log or *.gz, in order of name (which in AWS's bucket is order of time). Throws E_FILE. */
export function logFiles(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => logFile.test(name));
    if (names.length === 0) throw new LoopwayError("E_FILE", { path, reason: "no .log or .gz file in this folder" });
    return names.sort().map((name) => join(path, name));
  } catch (error) {
    throw error instanceof LoopwayError ? error : new LoopwayError("E_FILE", { path, reason: reasonOf(error) }, { cause: error });
  }
}

export interface LineReader {
  /** Each line as latin1, without its end. */
  onLine(line: string): void;
  /** Bytes of the file that were read, before they are unpacked. */
  onRead(bytes: number): void;
}

/** Throws E_FILE. */
export async function readLines(path: string, { onLine, onRead }: LineReader): Promise<void> {
  const file = createReadStream(path, { highWaterMark: PIECE_BYTES });
  file.on("data", (piece) => onRead(piece.length));
  const stream = path.endsWith(".gz") ? file.pipe(createGunzip({ chunkSize: PIECE_BYTES })) : file;
  file.on("error", (error) => stream.destroy(error));
  let rest = "";
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      const text = rest + piece.toString("latin1");
      let from = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
        onLine(text.slice(from, text.charCodeAt(end - 1) === 13 ? end - 1 : end));
        from = end + 1;
      }
      rest = text.slice(from);
      if (rest.length > MAX_LINE) throw new LoopwayError("E_FILE", { path, reason: `a line is longer than ${MAX_LINE} bytes` });
    }
  } catch (error) {
    throw error instanceof LoopwayError ? error : new LoopwayError("E_FILE", { path, reason: reasonOf(error) }, { cause: error });
  }
  if (rest !== "") onLine(rest);
}
