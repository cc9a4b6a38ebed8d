import type { IncomingMessage } from "node:http";
import type { RequestHead } from "@loopway/http";

/** What node:http has read, in the words of the rule table. Nothing is refused here: llhttp has judged it. */
export function readHead({ method = "GET", url = "/", httpVersionMinor, rawHeaders, headers }: IncomingMessage): RequestHead {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  const [, host, rest = ""] = /^https?:\/\/([^/?]*)(.*)$/i.exec(url) ?? [];
  const target = host === undefined ? url : rest.startsWith("/") ? rest : `/${rest}`;
  const mark = target.indexOf("?");
  return {
    kind: "request",
    method,
    target,
    form: "origin",
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? undefined : target.slice(mark + 1),
    authority: host ?? headers.host ?? "",
    minorVersion: httpVersionMinor === 0 ? 0 : 1,
    names,
    keys: names.map((name) => name.toLowerCase()),
    values: rawHeaders.filter((_, index) => index % 2 === 1),
    framing: 0,
    deviation: undefined,
    isPersistent: true,
    upgrade: undefined,
    connectionNames: (headers.connection ?? "").toLowerCase().split(/[ \t]*,[ \t]*/),
    sizeBytes: rawHeaders.reduce((sum, text) => sum + text.length + 2, method.length + url.length + 14),
  };
}
