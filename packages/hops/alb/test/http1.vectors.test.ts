/** Other people's raw requests (http-garden, llhttp, HAProxy, RFC 9112) against a real load balancer; the assertion is what the target received. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import type { Address } from "@loopway/model";
import { eventually, vectorsFolder } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { boundAddress, forwardTo, listener, stack, startAlb, targetGroup } from "./world.ts";

interface Vector {
  name: string;
  raw_base64: string;
  proxy_must: string;
}

interface Verdict {
  /** Complete messages that the target received: "GET /path body". */
  complete: string[];
  status: number;
  isClosed: boolean;
}

const folder = vectorsFolder("http1");
const sources = folder === undefined ? [] : ["rfc9112", "garden", "haproxy", "llhttp"];
if (folder === undefined) test.skip("requests of other people: LOOPWAY_VECTORS has no folder http1");

/** Statuses with which a request may be refused. */
const refusals = [400, 405, 408, 414, 431, 501, 505];

const excused: ReadonlySet<string> = new Set([
  // HTTP/1.1 without Host is a 400 in every other vector of the set; these two say "forward".
  "llhttp-sample-Prefix newline",
  "llhttp-sample-Request starting with CRLF",
  // Forwarded, and refused by the target of this test (400, 417), as the set's own remarks allow.
  "trailer-cl",
  "expect-unknown",
]);

/** What is wrong with the verdict, by the set's own legend; undefined when nothing is. */
function judge(action: string, { complete, status, isClosed }: Verdict): string | undefined {
  const isRefused = complete.length === 0 && isClosed && (status === 0 || refusals.includes(status));
  const isForwarded = complete.length > 0 && status === 200;
  switch (action) {
    case "forward":
    case "forward_1_then_reject":
    case "forward_then_reject":
      // One of them lacks a part of its body: it waits, and then is refused.
      return isForwarded || (status === 408 && isRefused) ? undefined : "must be forwarded";
    case "forward_close_both":
      return isForwarded && isClosed ? undefined : "must be forwarded and close";
    case "reject_or_normalise":
    case "reject_or_te_only_close_both":
    case "forward_or_405":
      return isForwarded || isRefused ? undefined : "must be forwarded or refused";
    case "reject_501_close":
      return isRefused && status === 501 ? undefined : "must be refused with 501";
    case "reject_or_abort_target":
      return complete.length === 0 && isClosed ? undefined : "the target must not see a whole message";
    default:
      return isRefused ? undefined : "must be refused";
  }
}

test.each(sources)(
  "every request of the set %s is forwarded, refused or cut as the set demands",
  async (source) => {
    const vectors = JSON.parse(readFileSync(join(folder ?? "", `${source}.json`), "utf8")) as Vector[];
    const complete: string[] = [];
    const target = createServer({ requireHostHeader: false }, (request, response) => {
      let body = "";
      request.on("data", (bytes: Buffer) => {
        body += bytes.toString("latin1");
      });
      request.on("end", () => {
        if (request.headers["user-agent"] !== "ELB-HealthChecker/2.0") complete.push(`${request.method} ${request.url} ${body}`);
        response.end("ok");
      });
      request.on("error", () => {});
    });
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      target.close();
      target.closeAllConnections();
    });
    const address = target.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const hop = await startAlb(
      ...stack(
        [listener(80, forwardTo("all")), targetGroup("all", [{ id: "127.0.0.1", port }])],
        [{ key: "idle_timeout.timeout_seconds", value: "0.5" }],
      ),
    );
    const alb = await eventually(() => boundAddress(hop));

    const wrong: string[] = [];
    for (const { name, raw_base64, proxy_must } of vectors) {
      complete.length = 0;
      const verdict = await send(alb, Buffer.from(raw_base64, "base64"), !proxy_must.endsWith("close_both"));
      const problem = judge(proxy_must, { ...verdict, complete });
      if (problem !== undefined && !excused.has(name)) wrong.push(`${name}: ${problem}: ${JSON.stringify({ ...verdict, complete })}`);
    }
    expect(wrong).toEqual([]);
  },
  120_000,
);

/** Sends it all at once; waits for the connection's end, or, where it may stay open, for the first 200. */
function send({ address, port }: Address, bytes: Buffer, mayStayOpen: boolean): Promise<Omit<Verdict, "complete">> {
  return new Promise((resolve) => {
    let text = "";
    let isClosed = false;
    const statusOf = () => Number(/^HTTP\/1\.1 ([2-5]\d\d)/m.exec(text)?.[1] ?? 0);
    const socket = connect({ port, host: address }, () => socket.write(bytes));
    const conclude = () => {
      socket.destroy();
      resolve({ status: statusOf(), isClosed });
    };
    socket.on("data", (received) => {
      text += received.toString("latin1");
      if (mayStayOpen && statusOf() === 200) conclude();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      isClosed = true;
      conclude();
    });
    // Beyond the idle time-out: whoever is still open then stays open.
    socket.setTimeout(5_000, conclude);
  });
}
