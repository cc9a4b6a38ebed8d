/** The same objects behind both engines: what each lets through, and what each answers. */
import {
  forwardTo,
  listener,
  pathIs,
  rule,
  stack,
  startAlbOn,
  startTarget,
  type TestAlb,
  type TestTarget,
  targetGroup,
} from "@loopway/alb/test-world";
import { closedPort } from "@loopway/testkit";
import { HttpProxyEngine } from "../src/alb/engine.ts";

export interface Side {
  alb: TestAlb;
  target: TestTarget;
}

/** The ALB on l7-proxy first, then that on http-proxy; each with targets of its own. */
export async function startBoth(): Promise<[Side, Side]> {
  return [await startSide(undefined), await startSide(({ nowUs }, surroundings) => new HttpProxyEngine(nowUs, surroundings))];
}

async function startSide(createAlbEngine: Parameters<typeof startAlbOn>[0]): Promise<Side> {
  const target = await startTarget("target");
  const refusing = { id: "127.0.0.1", port: await closedPort() };
  const rules = [
    rule(1, [pathIs("/none*")], forwardTo("empty")),
    rule(2, [pathIs("/closed*")], forwardTo("closed")),
    rule(3, [pathIs("/old*")], { type: "redirect", redirectConfig: { statusCode: "HTTP_301", host: "new.test", path: "/#{path}" } }),
    rule(4, [pathIs("/fixed")], {
      type: "fixed-response",
      fixedResponseConfig: { statusCode: "418", contentType: "text/plain", messageBody: "tea" },
    }),
    rule(5, [{ field: "host-header", hostHeaderConfig: { values: ["api.test"] } }], forwardTo("app")),
  ];
  const groups = [targetGroup("app", [target.target]), targetGroup("empty", []), targetGroup("closed", [refusing])];
  const alb = await startAlbOn(
    createAlbEngine,
    stack([listener(), ...rules, ...groups], [{ key: "idle_timeout.timeout_seconds", value: "1" }]),
  );
  return { alb, target };
}

/** Status, the fields that a load balancer decides on, and the body of a response on the wire. */
export function readAnswer(text: string): { status: number; server: string; type: string; location: string; body: string } {
  const end = text.indexOf("\r\n\r\n");
  const lines = text.slice(0, end).split("\r\n");
  const field = (name: string) => lines.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
  return {
    status: Number(lines[0]?.split(" ")[1]),
    server: field("server"),
    type: field("content-type"),
    location: field("location"),
    body: text.slice(end + 4),
  };
}

/** What a target got, by lower-case name; of the trace id only its form. */
export function readFields(rawHeaders: readonly string[]): Record<string, string> {
  const pairs = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ""] as const] : []));
  return Object.fromEntries(pairs.map(([name, value]) => [name, value.replace(/1-[0-9a-f]{8}-[0-9a-f]{24}/, "1-time-id")]));
}
