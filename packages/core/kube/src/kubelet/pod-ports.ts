import type { Container, Pod, Probe } from "@loopway/model";
import { wellKnownImage } from "./images.ts";

/** A TCP port that the stub opens, and the container that it answers for. */
export interface PodPort {
  port: number;
  container: string;
}

/** A container without any declared port still has to be reachable somewhere: the port that a Service's targetPort most often means. */
const UNDECLARED_PORT = 80;

/**
 * Every declared TCP port and every port that a probe asks, each once: a stub must pass its own probes, and a probe may name a port that
 * the manifest forgot to declare. Only where no port is declared at all, the image's own, or port 80. A probe's named port is looked up in its own container
 * (Kubernetes, Probe, IntOrString); a name that no port has opens nothing.
 */
export function podPorts(pod: Pod): PodPort[] {
  const ports = new Map<number, PodPort>();
  const add = (port: number, container: string) => {
    if (!ports.has(port)) ports.set(port, { port, container });
  };
  for (const container of pod.spec.containers) {
    for (const declared of tcpPorts(container)) add(declared.containerPort, container.name);
  }
  const first = pod.spec.containers[0];
  if (ports.size === 0 && first !== undefined) add(wellKnownImage(first)?.port ?? UNDECLARED_PORT, first.name);
  for (const container of pod.spec.containers) {
    for (const probe of probesOf(container)) {
      const port = portOfProbe(container, probe);
      if (port !== undefined) add(port, container.name);
    }
  }
  return [...ports.values()];
}

/** Ports that gRPC probes ask. */
export function grpcPorts(pod: Pod): ReadonlySet<number> {
  return new Set(pod.spec.containers.flatMap(probesOf).flatMap(({ grpc }) => grpc?.port ?? []));
}

/** Paths that HTTP probes of this pod ask for, without query. */
export function probePaths(pod: Pod): ReadonlySet<string> {
  const paths = pod.spec.containers.flatMap(probesOf).map((probe) => probe.httpGet?.path?.split("?", 1)[0]);
  return new Set(paths.filter((path) => path !== undefined));
}

function tcpPorts({ ports = [] }: Container) {
  return ports.filter(({ protocol }) => protocol === undefined || protocol === "TCP");
}

function probesOf({ startupProbe, readinessProbe, livenessProbe }: Container): Probe[] {
  return [startupProbe, readinessProbe, livenessProbe].filter((probe) => probe !== undefined);
}

function portOfProbe(container: Container, { httpGet, tcpSocket, grpc }: Probe): number | undefined {
  const port = httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
  return port === undefined ? undefined : probePort(port, tcpPorts(container));
}

/** A number, or the name of one of the container's ports. */
export function probePort(port: number | string, ports: readonly { name?: string; containerPort: number }[]): number | undefined {
  return typeof port === "number" ? port : ports.find(({ name }) => name === port)?.containerPort;
}
