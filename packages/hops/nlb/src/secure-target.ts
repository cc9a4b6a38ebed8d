/** TLS to a target: whatever certificate it shows is taken (NLB guide, "Target groups": certificates of targets are not verified). */
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { speaksOver } from "@loopway/l4-relay";
import { type SecurityPolicy, type TlsDecision, targetSecurityPolicyOf } from "@loopway/model";
import { contextOptions } from "./context-options.ts";
import { describeSession, failureOf } from "./tls-decision.ts";
import { HANDSHAKE_LIMIT_MS } from "./tls-termination.ts";

const contexts = new Map<string, SecureContext>();

/** How to speak with a target of a listener with this policy. `alpn` is what the client speaks. What is agreed goes into `decision`. */
export function secureTarget(policy: SecurityPolicy, alpn: string | undefined, decision: TlsDecision): (tcp: Socket) => Socket {
  return (tcp) => {
    const { connect } = process.getBuiltinModule("node:tls");
    const stream = connect({
      socket: tcp,
      rejectUnauthorized: false,
      secureContext: contextFor(targetSecurityPolicyOf(policy)),
      ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
    });
    speaksOver(stream, tcp);
    const tooSlow = () => stream.destroy(Object.assign(new Error("no handshake in time"), { code: "ETIMEDOUT" }));
    let timer: NodeJS.Timeout | undefined;
    tcp.once("connect", () => {
      timer = setTimeout(tooSlow, HANDSHAKE_LIMIT_MS).unref();
    });
    stream.once("secureConnect", () => {
      clearTimeout(timer);
      Object.assign(decision, describeSession(decision, stream));
    });
    stream.once("error", (error) => {
      if (decision.version === undefined) decision.failure = failureOf(error);
    });
    stream.once("close", () => clearTimeout(timer));
    return stream;
  };
}

function contextFor(policy: SecurityPolicy): SecureContext {
  const { createSecureContext } = process.getBuiltinModule("node:tls");
  const made = contexts.get(policy.maxVersion) ?? createSecureContext(contextOptions(policy));
  contexts.set(policy.maxVersion, made);
  return made;
}
