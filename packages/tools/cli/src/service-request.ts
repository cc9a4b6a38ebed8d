import type { Listener, Service, ServicePort } from "@loopway/model";

/** How the port of a network load balancer is asked. */
export interface ServiceRequest {
  scheme: "http" | "https";
  port: number;
}

/** Ports that speak HTTP by habit. */
const HTTP_PORTS = [80, 8080];
const HTTPS_PORT = 443;
const SOURCE_RANGES_ANNOTATION = "service.beta.kubernetes.io/load-balancer-source-ranges";
const EVERYBODY = "0.0.0.0/0";

/**
 * Of the first port that is taken to speak HTTP: over TCP by its name, its appProtocol or its number, over TLS the one on 443. A network load
 * balancer looks at no byte, so nobody knows. Undefined: there is none, or source ranges keep strangers out. `listeners`: its load balancer's.
 */
export function serviceRequest(service: Service, listeners: readonly Listener[]): ServiceRequest | undefined {
  if (isGuarded(service)) return undefined;
  const protocols = new Map(listeners.map(({ spec }) => [spec.port, spec.protocol]));
  for (const servicePort of service.spec.ports ?? []) {
    const { port } = servicePort;
    const protocol = protocols.get(port);
    if (protocol === "TLS" && port === HTTPS_PORT) return { scheme: "https", port };
    if ((protocol === "TCP" || protocol === "TCP_UDP") && isHttp(servicePort)) return { scheme: "http", port };
  }
  return undefined;
}

function isHttp({ name, appProtocol, port, protocol = "TCP" }: ServicePort): boolean {
  return protocol === "TCP" && (name === "http" || appProtocol === "http" || HTTP_PORTS.includes(port));
}

function isGuarded({ metadata, spec }: Service): boolean {
  const ranges = [...(spec.loadBalancerSourceRanges ?? []), ...(metadata.annotations?.[SOURCE_RANGES_ANNOTATION]?.split(",") ?? [])];
  return ranges.length > 0 && !ranges.some((range) => range.trim() === EVERYBODY);
}
