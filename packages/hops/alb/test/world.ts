/** A load balancer in this process: objects go in as the API would give them, requests through real sockets, spans and status come out. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalHop, localHop } from "@loopway/hop-kit/local-hop";
import {
  type Action,
  type Address,
  type KubeObject,
  type Listener,
  type LoadBalancer,
  type Rule,
  type RuleCondition,
  STACK_CHECKSUM_ANNOTATION,
  STACK_LABEL,
  STACK_MEMBER_ANNOTATION,
  type Target,
  type TargetGroup,
} from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { onTestFinished } from "vitest";
import { type CreateAlbEngine, serve } from "../src/serve.ts";

export const LB = "web";
const namespace = "kube-system";
const apiVersion = "elbv2.services.k8s.aws/v1alpha1";

export interface TestAlb extends LocalHop {
  /** Sends `text` on a new connection to the listener; resolves with all that came until its end, or until `until` was read. */
  send(text: string, until?: string, listenerPort?: number): Promise<string>;
  /** GET on a connection of its own. */
  get(path: string, host?: string, more?: string): Promise<string>;
  /** The client of the last `send` goes away. */
  hangUp(): void;
  /** The lines of the access log, once there are so many. */
  logLines(count: number): Promise<string[]>;
}

export function startAlb(...objects: KubeObject[]): Promise<TestAlb> {
  return startAlbOn(undefined, objects);
}

/** On another engine than ours. */
export async function startAlbOn(createAlbEngine: CreateAlbEngine | undefined, objects: readonly KubeObject[]): Promise<TestAlb> {
  const stateDir = mkdtempSync(join(tmpdir(), "loopway-alb-"));
  const hop = localHop({ kind: "alb", name: LB, namespace, stateDir }, objects);
  onTestFinished(async () => {
    await hop.drain();
    rmSync(stateDir, { recursive: true });
  });
  await serve(hop, createAlbEngine);
  let lastSocket: Socket | undefined;
  const send: TestAlb["send"] = async (text, until = "", listenerPort = 80) => {
    const { address, port } = await eventually(() => boundAddress(hop, listenerPort));
    return new Promise((resolve, reject) => {
      let received = "";
      const socket = connect({ port, host: address }, () => socket.write(text, "latin1"));
      lastSocket = socket;
      socket.on("data", (bytes) => {
        received += bytes.toString("latin1");
        if (until !== "" && received.includes(until)) socket.destroy();
      });
      socket.on("error", reject);
      socket.on("close", () => resolve(received));
    });
  };
  return Object.assign(hop, {
    send,
    get: (path: string, host = "api.test", more = "") => send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`),
    hangUp: () => void lastSocket?.destroy(),
    logLines: (count: number) =>
      eventually(() => {
        const lines = readFileSync(join(stateDir, "access-logs", `${LB}.log`), "utf8")
          .split("\n")
          .slice(0, -1);
        if (lines.length < count) throw new Error(`${lines.length} of ${count} lines`);
        return lines;
      }),
  });
}

/** Where the listener really is. */
export function boundAddress(hop: LocalHop, listenerPort = 80): Address {
  const virtual = hop.listened.find(({ port }) => port === listenerPort);
  if (virtual === undefined) throw new Error(`nothing listens on ${listenerPort}`);
  return hop.resolve("tcp", virtual);
}

export interface TestTarget {
  target: Target;
  server: Server;
  /** Requests but health checks: "GET /path". */
  requests: string[];
  /** Raw header lines of the last one. */
  headers: string[];
  checks: { path: string; headers: string[] }[];
  health: number;
}

/** A target on node:http: it answers with its own name. */
export async function startTarget(name: string, isHealthy = true): Promise<TestTarget> {
  const test: TestTarget = {
    target: { id: "127.0.0.1", port: 0, availabilityZone: "us-east-1a" },
    server: createServer((request, response) => {
      if (request.headers["user-agent"] === "ELB-HealthChecker/2.0") {
        test.checks.push({ path: request.url ?? "", headers: request.rawHeaders });
        response.writeHead(test.health).end();
        return;
      }
      test.requests.push(`${request.method} ${request.url}`);
      test.headers = request.rawHeaders;
      if (request.url === "/hang") return;
      if (request.url === "/drop") {
        request.socket.destroy();
        return;
      }
      response.end(name);
    }),
    requests: [],
    headers: [],
    checks: [],
    health: isHealthy ? 200 : 500,
  };
  await new Promise<void>((resolve) => test.server.listen(0, "127.0.0.1", resolve));
  const address = test.server.address();
  test.target.port = typeof address === "object" && address !== null ? address.port : 0;
  onTestFinished(() => {
    test.server.close();
    test.server.closeAllConnections();
  });
  return test;
}

export function targetGroup(name: string, targets: Target[], spec: Partial<TargetGroup["spec"]> = {}): TargetGroup {
  return {
    apiVersion,
    kind: "TargetGroup",
    metadata: { name, namespace },
    spec: { name, targetType: "ip", protocol: "HTTP", port: 80, matcher: { httpCode: "200" }, targets, ...spec },
    status: { ackResourceMetadata: { arn: `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/${name}/0123456789abcdef` } },
  };
}

export function forwardTo(...names: string[]): Action {
  return { type: "forward", forwardConfig: { targetGroups: names.map((name) => ({ targetGroupRef: { from: { name } } })) } };
}

export const notFound: Action = { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "404" } };

export function pathIs(...values: string[]): RuleCondition {
  return { field: "path-pattern", pathPatternConfig: { values } };
}

export function rule(priority: number, conditions: RuleCondition[], action: Action, listenerPort = 80): Rule {
  return {
    apiVersion,
    kind: "Rule",
    metadata: {
      name: `${LB}-${listenerPort}-${priority}`,
      namespace,
      annotations: {
        "loopway.dev/origin": JSON.stringify({ kind: "Ingress", namespace: "default", name: "api", pointer: `/spec/rules/${priority}` }),
      },
    },
    spec: { listenerRef: { from: { name: `${LB}-${listenerPort}` } }, priority, conditions, actions: [action] },
  };
}

export function listener(port = 80, action: Action = notFound): Listener {
  return {
    apiVersion,
    kind: "Listener",
    metadata: { name: `${LB}-${port}`, namespace },
    spec: { loadBalancerRef: { from: { name: LB } }, port, protocol: "HTTP", defaultActions: [action] },
  };
}

/** The load balancer and its members, stamped as a whole stack. */
export function stack(members: (Listener | Rule | TargetGroup)[], attributes: { key: string; value: string }[] = []): KubeObject[] {
  let sum = 0;
  const stamped = members.map((member, index) => {
    const hash = 0x9e3779b9 * (index + 1) + JSON.stringify({ ...member.spec, targets: undefined }).length;
    sum = (sum + (hash >>> 0)) >>> 0;
    return {
      ...member,
      metadata: {
        ...member.metadata,
        labels: { [STACK_LABEL]: LB },
        annotations: { ...member.metadata.annotations, [STACK_MEMBER_ANNOTATION]: (hash >>> 0).toString(16).padStart(8, "0") },
      },
    };
  });
  const loadBalancer: LoadBalancer = {
    apiVersion,
    kind: "LoadBalancer",
    metadata: { name: LB, namespace, annotations: { [STACK_CHECKSUM_ANNOTATION]: sum.toString(16).padStart(8, "0") } },
    spec: { name: LB, type: "application", scheme: "internet-facing", attributes },
    status: {
      ackResourceMetadata: { arn: `arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/${LB}/50dc6c495c0c9188` },
      availabilityZones: [{ zoneName: "us-east-1a", loadBalancerAddresses: [{ ipAddress: "127.12.0.1" }] }],
    },
  };
  return [...stamped, loadBalancer];
}

/** Every status that was written, as JSON, in order. */
export function statusWrites(hop: LocalHop): string[] {
  return hop.patches.map(({ status }) => JSON.stringify(status));
}

export async function healthOf(hop: LocalHop, group: string, states: string[]): Promise<void> {
  await eventually(() => {
    const status = hop.patches.findLast(({ object }) => object.metadata.name === group)?.status as TargetGroup["status"];
    const seen = status?.targetHealthDescriptions?.map(({ targetHealth }) => targetHealth?.state) ?? [];
    if (seen.join() !== states.join()) throw new Error(`${group} is [${seen}], expected [${states}]`);
  });
}
