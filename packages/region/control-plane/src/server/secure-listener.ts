/** The API for kubectl: TLS and a bearer token on 127.0.0.1, for it can start programs. */
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { bindServer } from "@loopway/hop-kit";
import { type ApiFailure, failure } from "@loopway/kube";
import type { Address } from "@loopway/model";
import type { FastifyInstance } from "fastify";
import type { ServerCredentials } from "./credentials.ts";

export interface SecureListener {
  server: Server;
  bound: Address;
}

/** On the wished port or the next free one. */
export async function listenSecure(app: FastifyInstance, credentials: ServerCredentials, wishedPort: number): Promise<SecureListener> {
  const { certificate, privateKey, token } = credentials;
  const server = createServer({ cert: certificate, key: privateKey }, (request, response) => {
    const problem = checkOrigin(request) ?? checkToken(request, token);
    if (problem === undefined) app.routing(request, response);
    else refuse(response, problem);
  });
  const virtual = { address: "127.0.0.1", port: wishedPort };
  return { server, bound: await bindServer(server, { hop: "control-plane", virtual, mode: "identity" }) };
}

/** A web page that reaches us by a name of its own (DNS rebinding) or from its own origin is refused. */
function checkOrigin({ headers }: IncomingMessage): ApiFailure | undefined {
  const hostName = (headers.host ?? "").replace(/:\d+$/, "");
  if (!/^(127\.0\.0\.1|localhost|\[::1\]|kubernetes(\.default(\.svc(\.cluster\.local)?)?)?)$/i.test(hostName)) {
    return { ...failure("Forbidden", `this server does not serve the host ${JSON.stringify(hostName)}`), code: 421 };
  }
  const { origin } = headers;
  return origin === undefined || origin === `https://${headers.host}`
    ? undefined
    : failure("Forbidden", "requests of web pages are refused");
}

function checkToken({ headers }: IncomingMessage, token: string): ApiFailure | undefined {
  const given = Buffer.from(headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? undefined : failure("Unauthorized", "Unauthorized");
}

function refuse(response: ServerResponse, problem: ApiFailure): void {
  response.writeHead(problem.code, { "content-type": "application/json", connection: "close" }).end(JSON.stringify(problem));
}
