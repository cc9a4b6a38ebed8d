// The listen-ports annotation of each Ingress with what else belongs to a listener, and its union over the group
// (pkg/ingress/model_build_listener.go, model_builder.go).
import { type Ingress, type MutualAuthentication, objectKey } from "@loopway/model";
import { annotationKey, type Report, readText } from "./annotations.ts";
import { discoverCertificates, explicitCertificates } from "./certificates.ts";
import { readInboundCidrs, readPrefixLists } from "./inbound-cidrs.ts";
import { classParamsOf } from "./ingress-class.ts";
import { type ListenerProtocol, type PortSettings, parseListenPorts } from "./listen-port.ts";
import { mergePortSettings } from "./merge-listen-ports.ts";
import { readMutualAuthentication } from "./mutual-authentication.ts";
import { requestCertificate } from "./request-certificate.ts";
import { annotationPointer, type Place, report, reportTo, type StackBuild } from "./stack-build.ts";

/** One listener of the load balancer. */
export interface ListenPort {
  listenerPort: number;
  protocol: ListenerProtocol;
  /** Those that listen here, in group order. */
  ingresses: Ingress[];
  inboundCidrs: string[];
  prefixLists: string[];
  sslPolicy?: string;
  /** ARNs; the first is the default certificate, and may come again among the others. */
  certificates: string[];
  mutualAuthentication?: MutualAuthentication;
}

/** Ascending by listener port: the real controller walks a Go map, in random order. */
export function buildListenPorts(build: StackBuild): ListenPort[] {
  const byPort = new Map<number, PortSettings[]>();
  for (const ingress of build.members) {
    for (const [listenerPort, settings] of portsOf(build, ingress)) {
      byPort.set(listenerPort, [...(byPort.get(listenerPort) ?? []), settings]);
    }
  }
  return [...byPort]
    .sort(([left], [right]) => left - right)
    .map(([listenerPort, settings]) => mergePortSettings(build, listenerPort, settings));
}

function portsOf(build: StackBuild, ingress: Ingress): Map<number, PortSettings> {
  const params = classParamsOf(ingress, build.snapshot);
  const place = placeOf(ingress);
  const reportProblem = reportTo(build, place);
  const requested = requestCertificate(build, ingress);
  const explicit = explicitCertificates(ingress, params);
  const sslPolicy = params.sslPolicy || readText("ssl-policy", [ingress.metadata.annotations]);
  const shared = {
    ingress,
    inboundCidrs: readInboundCidrs(ingress, params, reportProblem),
    prefixLists: readPrefixLists(ingress, params),
  };
  const mutual = readMutualAuthentication(ingress, reportProblem);
  const known = explicit.length > 0 ? explicit : requested;
  const protocols = protocolsOf(ingress, known.length > 0, reportProblem);
  const isSecure = [...protocols.values()].includes("HTTPS");
  if (isSecure && !build.settings.serves.https) reportWaiting(build, place, protocols);
  const certificates = isSecure && known.length === 0 ? discoverCertificates(ingress, build.snapshot, reportProblem) : known;
  const secure = (listenerPort: number) => {
    const mutualAuthentication = mutual.get(listenerPort);
    return {
      certificates,
      ...(sslPolicy === undefined ? {} : { sslPolicy }),
      ...(mutualAuthentication === undefined ? {} : { mutualAuthentication }),
    };
  };
  return new Map(
    [...protocols].map(([listenerPort, protocol]) => [
      listenerPort,
      { ...shared, protocol, ...(protocol === "HTTPS" ? secure(listenerPort) : { certificates: [] }) },
    ]),
  );
}

function placeOf(ingress: Ingress): Place {
  const isAnnotated = readText("listen-ports", [ingress.metadata.annotations]) !== undefined;
  return { ingress, pointer: isAnnotated ? annotationPointer(annotationKey("listen-ports")) : "" };
}

function protocolsOf({ metadata }: Ingress, hasCertificate: boolean, reportProblem: Report): Map<number, ListenerProtocol> {
  const raw = readText("listen-ports", [metadata.annotations]);
  if (raw !== undefined) return parseListenPorts(raw, reportProblem);
  return new Map([hasCertificate ? ([443, "HTTPS"] as const) : ([80, "HTTP"] as const)]);
}

/** One for each listener that no hop can serve yet. */
function reportWaiting(build: StackBuild, place: Place, protocols: ReadonlyMap<number, ListenerProtocol>): void {
  for (const [listenerPort, protocol] of protocols) {
    if (protocol !== "HTTPS") continue;
    const message = `waiting: Ingress ${objectKey(place.ingress)} asks for the listener HTTPS:${listenerPort}; this version of Loopway serves no certificates and no TLS yet, and leaves the whole group as it is until the Ingress listens on HTTP only`;
    report(build, place, { code: "WaitingForTls", message });
  }
}
