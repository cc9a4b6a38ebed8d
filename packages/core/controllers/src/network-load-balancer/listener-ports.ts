// Ports of the Service → what listens (pkg/service/model_build_listener.go).
import { formatPointer, type Listener, type ServicePort } from "@loopway/model";
import { parseBoolean } from "../annotation-value.ts";
import { readList, readText, reportAnnotation } from "./annotations.ts";
import { report, reportRefusal, type ServiceBuild } from "./service-build.ts";

export type Protocol = Listener["spec"]["protocol"];

export interface ListenerPort {
  servicePort: ServicePort;
  listenerProtocol: Protocol;
  targetGroupProtocol: Protocol;
}

/**
 * One per port number. TCP and UDP at one number become one TCP_UDP listener only where the controller is told so; else the first port of
 * the Service has the listener and the other is lost without a word, as in AWS (NewListener drops the error of a resource that exists).
 */
export function buildListenerPorts(build: ServiceBuild): ListenerPort[] {
  const ports = build.service.spec.ports ?? [];
  const secured = readSecuredPorts(build);
  const quic = readList(build, "aws-load-balancer-quic-enabled-ports") ?? [];
  const merges = parseBoolean(readText(build, "aws-load-balancer-enable-tcp-udp-listener") ?? "") ?? build.flags.gates.enableTcpUdpListener;
  return Object.values(Object.groupBy(ports, ({ port }) => port)).flatMap((atNumber = []) => {
    const [servicePort, second] = atNumber;
    if (servicePort === undefined) return [];
    const merged = merges && second !== undefined;
    if (merged) reportUnmergeable(build, atNumber);
    const transport = transportOf(build, servicePort);
    if (transport === undefined) return [];
    const plain = upgradeToTls(build, { servicePort, transport: merged ? "TCP_UDP" : transport, secured });
    return [isNamed(servicePort, quic) ? upgradeToQuic(build, plain) : plain];
  });
}

/** SCTP is none that AWS has; the controller finds out when it asks for the listener. */
function transportOf(build: ServiceBuild, { protocol = "TCP" }: ServicePort): "TCP" | "UDP" | undefined {
  if (protocol !== "SCTP") return protocol;
  const index = build.service.spec.ports?.findIndex((port) => port.protocol === "SCTP") ?? 0;
  const message = `ValidationError: 1 validation error detected: Value 'SCTP' at 'protocol' failed to satisfy constraint: Member must satisfy enum value set: [HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP, GENEVE, QUIC, TCP_QUIC]`;
  reportRefusal(build, formatPointer("spec", "ports", String(index), "protocol"), message);
  return undefined;
}

function reportUnmergeable(build: ServiceBuild, ports: readonly ServicePort[]): void {
  const protocols = ports.map(({ protocol = "TCP" }) => protocol);
  const [first, second] = protocols;
  const stranger = protocols.find((protocol) => protocol === "SCTP");
  const refuse = (message: string) => report(build, formatPointer("spec", "ports"), message);
  if (ports.length !== 2) refuse(`can only merge two ports, not ${ports.length} ([${ports.map(formatPort).join(" ")}])`);
  else if (stranger !== undefined) refuse(`unsupported protocol for merging: ${stranger}`);
  else if (first === second) refuse(`protocols can't match for merging: ${first}`);
}

/** As Go prints the struct. */
function formatPort({ name = "", protocol = "TCP", port, targetPort = port, nodePort = 0 }: ServicePort): string {
  const target = typeof targetPort === "number" ? `{Type:0 IntVal:${targetPort} StrVal:}` : `{Type:1 IntVal:0 StrVal:${targetPort}}`;
  return `{Name:${name} Protocol:${protocol} AppProtocol:<nil> Port:${port} TargetPort:${target} NodePort:${nodePort}}`;
}

interface SecuredPorts {
  hasCertificate: boolean;
  /** By number or name; none means all. */
  ports: readonly string[];
}

function readSecuredPorts(build: ServiceBuild): SecuredPorts {
  const suffix = "aws-load-balancer-ssl-ports";
  const ports = readList(build, suffix) ?? [];
  const unused = ports.filter((wanted) => build.service.spec.ports?.some((port) => isNamed(port, [wanted])) !== true);
  if (unused.length > 0) reportAnnotation(build, suffix, `Unused port in ssl-ports annotation [${unused.join(" ")}]`);
  return { hasCertificate: readCertificates(build).length > 0, ports };
}

/** ARNs, the default certificate first. */
export function readCertificates(build: ServiceBuild): string[] {
  return readList(build, "aws-load-balancer-ssl-cert") ?? [];
}

function isNamed({ name, port }: ServicePort, names: readonly string[]): boolean {
  return names.includes(String(port)) || (name !== undefined && names.includes(name));
}

function upgradeToTls(
  build: ServiceBuild,
  { servicePort, transport, secured }: { servicePort: ServicePort; transport: Protocol; secured: SecuredPorts },
): ListenerPort {
  const isSecured = secured.hasCertificate && (secured.ports.length === 0 || isNamed(servicePort, secured.ports));
  if (transport !== "TCP" || !isSecured) return { servicePort, listenerProtocol: transport, targetGroupProtocol: transport };
  const isTlsBehind = readText(build, "aws-load-balancer-backend-protocol") === "ssl";
  return { servicePort, listenerProtocol: "TLS", targetGroupProtocol: isTlsBehind ? "TLS" : "TCP" };
}

function upgradeToQuic(build: ServiceBuild, plain: ListenerPort): ListenerPort {
  const upgrades: Partial<Record<Protocol, Protocol>> = { UDP: "QUIC", TCP_UDP: "TCP_QUIC" };
  const quic = upgrades[plain.listenerProtocol];
  if (quic !== undefined) return { ...plain, listenerProtocol: quic, targetGroupProtocol: quic };
  reportAnnotation(build, "aws-load-balancer-quic-enabled-ports", `Unsupported QUIC upgrade for protocol ${plain.listenerProtocol}`);
  return plain;
}
