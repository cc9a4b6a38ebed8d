/** A network load balancer in this process: objects go in as the API would give them, connections through real sockets, spans and status out. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { type LocalHop, localHop } from "@loopway/hop-kit/local-hop";
import {
  type KeyValue,
  type KubeObject,
  type Listener,
  type LoadBalancer,
  STACK_CHECKSUM_ANNOTATION,
  STACK_LABEL,
  STACK_MEMBER_ANNOTATION,
  type Target,
  type TargetGroup,
} from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { onTestFinished } from "vitest";
import { serve } from "../src/serve.ts";

const LB = "edge";
const namespace = "kube-system";
const apiVersion = "elbv2.services.k8s.aws/v1alpha1";
/** Addresses and a port of this test process alone. */
const block = `127.${200 + (process.pid % 50)}.${Math.floor(process.pid / 50) % 250}`;
export const LISTENER_PORT = 8080;
/** In us-east-1a, -1b and -1c. */
export const [edgeA, edgeB, edgeC] = [`${block}.1`, `${block}.2`, `${block}.3`];
export const client = `${block}.77`;
export const stranger = `${block}.78`;
const zones = [
  { zoneName: "us-east-1a", loadBalancerAddresses: [{ ipAddress: edgeA }] },
  { zoneName: "us-east-1b", loadBalancerAddresses: [{ ipAddress: edgeB }] },
  { zoneName: "us-east-1c", loadBalancerAddresses: [{ ipAddress: edgeC }] },
];

export interface TestTarget {
  target: Target;
  /** Remote address of each connection that brought bytes or was greeted. */
  peers: string[];
  /** What each connection brought, in hex. */
  heard: string[];
  sockets: Set<Socket>;
  server: Server;
}

/** A target in a zone (subnet 1, 2 or 3): it greets with its address, then echoes. */
export async function startTarget(subnet: number, host = 20): Promise<TestTarget> {
  const address = `127.10.${subnet}.${host}`;
  const test: TestTarget = {
    target: { id: address, port: 0 },
    peers: [],
    heard: [],
    sockets: new Set(),
    server: createServer((socket) => {
      test.sockets.add(socket);
      test.peers.push(socket.remoteAddress ?? "");
      socket.on("error", () => undefined).on("data", (bytes) => test.heard.push(bytes.toString("hex")));
      socket.write(`${address}\n`);
      socket.pipe(socket);
    }),
  };
  await new Promise<void>((resolve) => test.server.listen(0, address, resolve));
  test.target.port = (test.server.address() as AddressInfo).port;
  onTestFinished(() => {
    for (const socket of test.sockets) socket.destroy();
    test.server.close();
  });
  return test;
}

/** A target in a process of its own, which can be stopped: then the kernel takes a few connections for it, and no more. */
export async function startSuspendableTarget(subnet: number, host = 20): Promise<{ target: Target; suspend(): void }> {
  const address = `127.10.${subnet}.${host}`;
  const program = `const server = require("node:net").createServer().listen({ host: "${address}", port: 0, backlog: 2 }, () => console.log(server.address().port))`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return { target: { id: address, port: Number(port) }, suspend: () => void child.kill("SIGSTOP") };
}

export function targetGroup(
  targets: Target[],
  attributes: Record<string, string> = {},
  spec: Partial<TargetGroup["spec"]> = {},
): TargetGroup {
  return {
    apiVersion,
    kind: "TargetGroup",
    metadata: { name: "group", namespace },
    spec: {
      name: "group",
      targetType: "ip",
      protocol: "TCP",
      port: 80,
      healthCheckProtocol: "TCP",
      healthCheckPort: "traffic-port",
      healthCheckIntervalSeconds: 0.05,
      unhealthyThresholdCount: 2,
      targets,
      attributes: keyValues(attributes),
      ...spec,
    },
  };
}

export function listener(protocol: Listener["spec"]["protocol"] = "TCP", attributes: Record<string, string> = {}): Listener {
  const forwardConfig = { targetGroups: [{ targetGroupRef: { from: { name: "group", namespace } } }] };
  return {
    apiVersion,
    kind: "Listener",
    metadata: { name: `${LB}-${LISTENER_PORT}`, namespace },
    spec: {
      loadBalancerRef: { from: { name: LB } },
      port: LISTENER_PORT,
      protocol,
      defaultActions: [{ type: "forward", forwardConfig }],
      attributes: keyValues(attributes),
    },
  };
}

export interface TestStack {
  group: TargetGroup;
  listener?: Listener;
  attributes?: Record<string, string>;
  /** Of the load balancer. */
  spec?: Partial<LoadBalancer["spec"]>;
  /** What else there is; no members of its stack. */
  others?: readonly KubeObject[];
}

/** Its health checks have told of every target, and its listeners are open. */
export async function startNlb({
  group,
  listener: own = listener(),
  attributes = {},
  spec = {},
  others = [],
}: TestStack): Promise<LocalHop> {
  const loadBalancer: LoadBalancer = {
    apiVersion,
    kind: "LoadBalancer",
    metadata: { name: LB, namespace, annotations: { [STACK_CHECKSUM_ANNOTATION]: "00000003" } },
    spec: { name: LB, type: "network", scheme: "internet-facing", attributes: keyValues(attributes), ...spec },
    status: { availabilityZones: zones },
  };
  const objects = [stamped(group, "1"), stamped(own, "2"), loadBalancer, ...others];
  const hop = localHop({ kind: "nlb", name: LB, namespace, addresses: "identity" }, objects);
  onTestFinished(() => hop.drain());
  await serve(hop);
  await eventually(() => {
    if (!hop.isReady || healthOf(hop).includes("initial")) throw new Error(`the targets are [${healthOf(hop)}]`);
  });
  return hop;
}

export function stamped<T extends KubeObject>(member: T, hash: string): T {
  return {
    ...member,
    metadata: { ...member.metadata, labels: { [STACK_LABEL]: LB }, annotations: { [STACK_MEMBER_ANNOTATION]: hash.padStart(8, "0") } },
  };
}

/** The states last written of the group's targets. */
export function healthOf(hop: LocalHop): string[] {
  const status = hop.patches.findLast(({ object }) => object.kind === "TargetGroup")?.status as TargetGroup["status"];
  return status?.targetHealthDescriptions?.map(({ targetHealth }) => targetHealth?.state ?? "") ?? [];
}

export function dial(address: string, localAddress = client): Socket {
  const socket = connect({ host: address, port: LISTENER_PORT, localAddress }).setEncoding("utf8");
  socket.on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** What comes first: text, or the code of an error. */
export function nextEvent(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once("data", (text: string) => resolve(text.trim()));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
  });
}

export async function greeting(socket: Socket): Promise<string> {
  const [text] = (await once(socket, "data")) as [string];
  return text.trim();
}

export async function refusal(socket: Socket): Promise<string> {
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  return error.code ?? "";
}

function keyValues(record: Record<string, string>): KeyValue[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}
