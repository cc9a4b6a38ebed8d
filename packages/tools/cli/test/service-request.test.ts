import type { Listener, Service, ServicePort } from "@loopway/model";
import { expect, test } from "vitest";
import { serviceRequest } from "../src/service-request.ts";

type Listening = [port: number, protocol: Listener["spec"]["protocol"]][];

function serviceWith(ports: readonly ServicePort[], spec: Partial<Service["spec"]>, annotations: Record<string, string>): Service {
  const metadata = { name: "web", namespace: "default", annotations };
  return { apiVersion: "v1", kind: "Service", metadata, spec: { type: "LoadBalancer", ports: [...ports], ...spec } };
}

const listenersOf = (listening: Listening) => listening.map(([port, protocol]) => ({ spec: { port, protocol } }) as Listener);

test.each<[what: string, ports: ServicePort[], listening: Listening, expected: string | undefined]>([
  ["port 80", [{ port: 80 }], [[80, "TCP"]], "http 80"],
  ["port 8080", [{ port: 8080 }], [[8080, "TCP"]], "http 8080"],
  ["the name http", [{ port: 9000, name: "http" }], [[9000, "TCP"]], "http 9000"],
  ["the appProtocol http", [{ port: 9000, appProtocol: "http" }], [[9000, "TCP"]], "http 9000"],
  [
    "a database before it",
    [{ port: 5432 }, { port: 80 }],
    [
      [5432, "TCP"],
      [80, "TCP"],
    ],
    "http 80",
  ],
  ["TLS on 443", [{ port: 443 }], [[443, "TLS"]], "https 443"],
  [
    "TLS on 443 before HTTP",
    [{ port: 443 }, { port: 80 }],
    [
      [443, "TLS"],
      [80, "TCP"],
    ],
    "https 443",
  ],
  [
    "TCP and UDP at one port",
    [
      { port: 80, protocol: "UDP" },
      { port: 80, protocol: "TCP" },
    ],
    [[80, "TCP_UDP"]],
    "http 80",
  ],
  ["TCP on 443, whose TLS is the pods'", [{ port: 443 }], [[443, "TCP"]], undefined],
  ["TLS on another port", [{ port: 8443 }], [[8443, "TLS"]], undefined],
  ["TLS on 80", [{ port: 80, name: "http" }], [[80, "TLS"]], undefined],
  ["UDP", [{ port: 80, protocol: "UDP" }], [[80, "UDP"]], undefined],
  ["a database alone", [{ port: 5432 }], [[5432, "TCP"]], undefined],
  ["no listener yet", [{ port: 80 }], [], undefined],
])("%s", (_, ports, listening, expected) => {
  const request = serviceRequest(serviceWith(ports, {}, {}), listenersOf(listening));
  expect(request && `${request.scheme} ${request.port}`).toBe(expected);
});

const RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";

test.each<[Partial<Service["spec"]>, Record<string, string>, boolean]>([
  [{ loadBalancerSourceRanges: ["10.0.0.0/8"] }, {}, false],
  [{ loadBalancerSourceRanges: ["10.0.0.0/8", "0.0.0.0/0"] }, {}, true],
  [{}, { [RANGES]: "10.0.0.0/8, 192.168.0.0/16" }, false],
  [{}, { [RANGES]: "10.0.0.0/8, 0.0.0.0/0" }, true],
])("%j with %j is open: %s", (spec, annotations, isOpen) => {
  const request = serviceRequest(serviceWith([{ port: 80 }], spec, annotations), listenersOf([[80, "TCP"]]));
  expect(request !== undefined).toBe(isOpen);
});
