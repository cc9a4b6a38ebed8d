// Which load balancer and listener a connection to an address meets, and what stands in its way.
import { AWS_NAMESPACE } from "@loopway/controllers";
import type { Snapshot } from "@loopway/kube";
import type { Certificate, Listener } from "@loopway/model";
import type { CompiledListener } from "@loopway/routing";
import type { Settled, SettledLoadBalancer } from "../settled.ts";
import { reach } from "./behind-frontend.ts";
import type { Entrance } from "./explanation.ts";
import type { UrlParts } from "./parse-url.ts";

export interface Entered {
  entrance?: Extract<Entrance, { kind: "load-balancer" }>;
  listener?: CompiledListener;
  settledLoadBalancer?: SettledLoadBalancer;
  /** The connection fails, or the answer to it is no use. */
  failure?: string;
}

export function enter(addresses: readonly string[], url: UrlParts, settled: Settled): Entered {
  const address = addresses[0] ?? "";
  const reached = reach(address, url.port, settled);
  if (typeof reached === "string") return { failure: reached };
  const { settledLoadBalancer, port } = reached;
  const { loadBalancer, table, groupId } = settledLoadBalancer;
  const listener = table.listeners.find(({ listenerPort }) => listenerPort === port);
  if (listener === undefined) {
    const open = table.listeners.map(({ listenerPort }) => listenerPort).join(", ");
    const failure = `load balancer ${loadBalancer.metadata.name} has no listener on port ${url.port} (${open === "" ? "it has none" : `it listens on ${open}`})`;
    return { failure, settledLoadBalancer };
  }
  const object = settled.snapshot.get<Listener>("Listener", AWS_NAMESPACE, listener.name);
  const protocol = object?.spec.protocol ?? "HTTP";
  const entrance: Entered["entrance"] = {
    kind: "load-balancer",
    loadBalancer: loadBalancer.metadata.name,
    group: groupId,
    scheme: loadBalancer.spec.scheme,
    address,
    listener: { listenerPort: listener.listenerPort, protocol },
    ...(object === undefined || protocol !== "HTTPS" ? {} : chooseCertificate(object, url.host, settled.snapshot)),
  };
  const failure = protocolFailure(protocol, url);
  return { entrance, listener, settledLoadBalancer, ...(failure === undefined ? {} : { failure }) };
}

/** ELB guide, "Troubleshoot your Application Load Balancers": an HTTP request to an HTTPS listener is answered with 400. */
function protocolFailure(protocol: string, { protocol: wanted, port }: UrlParts): string | undefined {
  if (protocol === "HTTPS" && wanted === "http") return `the listener on port ${port} is HTTPS: a plain HTTP request is answered with 400`;
  return protocol === "HTTP" && wanted === "https" ? `the listener on port ${port} is plain HTTP: the TLS handshake fails` : undefined;
}

/** ELB guide, "SSL certificates for your Application Load Balancer": the certificate whose name fits the SNI host, else the default one. */
function chooseCertificate({ spec }: Listener, host: string, snapshot: Snapshot): { certificate?: { arn: string; reason: string } } {
  const arns = (spec.certificates ?? []).flatMap(({ certificateARN }) => certificateARN ?? []);
  const certificates = snapshot.list<Certificate>("Certificate");
  const namesOf = (arn: string) => {
    const found = certificates.find(({ status }) => status?.ackResourceMetadata?.arn === arn);
    return found === undefined ? undefined : [found.spec.domainName ?? [], found.spec.subjectAlternativeNames ?? []].flat();
  };
  const fitting = arns.find((arn) => namesOf(arn)?.some((name) => covers(name, host)));
  if (fitting !== undefined) return { certificate: { arn: fitting, reason: `its name fits ${host} (SNI)` } };
  const [first] = arns;
  if (first === undefined) return {};
  const names = namesOf(first);
  const reason =
    names === undefined
      ? "the default certificate; its names are not in these manifests"
      : `the default certificate, since none fits ${host} (it is for ${names.join(", ")}): clients will refuse it`;
  return { certificate: { arn: first, reason } };
}

/** `*.` stands for exactly one label. */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith("*.") && host.slice(host.indexOf(".")) === name.slice(1) && host.includes("."));
}
