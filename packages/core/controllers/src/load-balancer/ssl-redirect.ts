// ssl-redirect: one port for the group; every HTTP listener then only redirects to it (pkg/ingress/model_builder.go).
import { type Action, objectKey } from "@loopway/model";
import { readInteger } from "./annotations.ts";
import { formatList } from "./group-settings.ts";
import { classParamsOf } from "./ingress-class.ts";
import type { ListenPort } from "./listen-ports.ts";
import { reportToGroup, type StackBuild } from "./stack-build.ts";

export interface SslRedirect {
  sslPort: number;
  statusCode: string;
}

export function buildSslRedirect(build: StackBuild, listenPorts: readonly ListenPort[]): SslRedirect | undefined {
  const reportProblem = reportToGroup(build);
  const ports = new Set<number>();
  for (const ingress of build.members) {
    const { sslRedirectPort = "" } = classParamsOf(ingress, build.snapshot);
    const ofClass = sslRedirectPort === "" ? undefined : Number(sslRedirectPort);
    // An unreadable one turns all redirection off, without a word.
    if (ofClass !== undefined && !Number.isInteger(ofClass)) return undefined;
    const port =
      ofClass ??
      readInteger("ssl-redirect", [ingress.metadata.annotations], (message) => reportProblem(`ingress: ${objectKey(ingress)}: ${message}`));
    if (port !== undefined) ports.add(port);
  }
  const [sslPort] = ports;
  if (sslPort === undefined) return undefined;
  const listenPort = listenPorts.find(({ listenerPort }) => listenerPort === sslPort);
  if (ports.size > 1) reportProblem(`conflicting sslRedirect port: ${formatList([...ports].sort((left, right) => left - right))}`);
  else if (listenPort === undefined) reportProblem(`listener does not exist for SSLRedirect port: ${sslPort}`);
  else if (listenPort.protocol !== "HTTPS") reportProblem(`listener protocol non-SSL for SSLRedirect port: ${sslPort}`);
  return { sslPort, statusCode: "HTTP_301" };
}

export function redirectAction({ sslPort, statusCode }: SslRedirect): Action {
  return { type: "redirect", redirectConfig: { port: String(sslPort), protocol: "HTTPS", statusCode } };
}
