import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LoadBalancer } from "@loopway/model";
import { eventually } from "@loopway/testkit";
import { expect, onTestFinished, test } from "vitest";
import { client, dial, edgeA, edgeC, healthOf, nextEvent, refusal, stamped, startNlb, targetGroup } from "./world.ts";

const ARN = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/web/0123456789abcdef";
const APP = "127.12.77.1";

/** An application load balancer in its place: it answers HTTP with the client's address, and 404 to everything but `/up`. */
async function startApplication(): Promise<{ port: number; object: LoadBalancer; hosts: Set<string>; stop(): void }> {
  const hosts = new Set<string>();
  const server = createServer(({ url, headers, socket }, response) => {
    hosts.add(headers.host ?? "");
    response.writeHead(url === "/up" ? 200 : 404).end(socket.remoteAddress);
  });
  await new Promise<void>((resolve) => server.listen(0, APP, resolve));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  onTestFinished(stop);
  const object: LoadBalancer = {
    apiVersion: "elbv2.services.k8s.aws/v1alpha1",
    kind: "LoadBalancer",
    metadata: { name: "web", namespace: "kube-system" },
    spec: { name: "web", type: "application", scheme: "internal" },
    status: {
      ackResourceMetadata: { arn: ARN },
      availabilityZones: [{ zoneName: "us-east-1a", loadBalancerAddresses: [{ ipAddress: APP }] }],
    },
  };
  return { port: (server.address() as AddressInfo).port, object, hosts, stop };
}

const check = { targetType: "alb", healthCheckProtocol: "HTTP", healthCheckPath: "/up", matcher: { httpCode: "200" } } as const;
const REQUEST = "GET /up HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

test("a load balancer as target: reached from every zone with the client's address, checked over HTTP under its own", async () => {
  const app = await startApplication();
  const target = { id: ARN, port: app.port };
  const hop = await startNlb({
    group: targetGroup([target], { "preserve_client_ip.enabled": "false" }, check),
    others: [app.object],
  });
  expect(healthOf(hop)).toEqual(["healthy"]);
  expect([...app.hosts]).toEqual([`${APP}:${app.port}`]);
  for (const edge of [edgeA, edgeC]) {
    const socket = dial(edge);
    socket.write(REQUEST);
    expect(await nextEvent(socket)).toMatch(new RegExp(`^HTTP/1.1 200 [^]*${client}`));
  }
});

test("a check that the load balancer behind answers with 404 makes it unhealthy", async () => {
  const app = await startApplication();
  const hop = await startNlb({
    group: targetGroup([{ id: ARN, port: app.port }], {}, { ...check, healthCheckPath: "/" }),
    others: [app.object],
  });
  const health = () => hop.patches.findLast(({ object }) => object.kind === "TargetGroup")?.status;
  await eventually(() =>
    expect(health()).toMatchObject({
      targetHealthDescriptions: [
        { target: { id: ARN, port: app.port }, targetHealth: { state: "unhealthy", reason: "Target.ResponseCodeMismatch" } },
      ],
    }),
  );
});

test("without the load balancer that it names a target group has no target", async () => {
  const hop = await startNlb({ group: targetGroup([{ id: ARN, port: 80 }], {}, check) });
  expect(await refusal(dial(edgeA))).toBe("ECONNRESET");
  const app = await startApplication();
  hop.apply(app.object);
  hop.apply(stamped(targetGroup([{ id: ARN, port: app.port }], {}, check), "1"));
  await eventually(() => expect(healthOf(hop)).toContain("healthy"));
});
