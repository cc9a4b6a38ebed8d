import { expect, test } from "vitest";
import { decodeProtobuf } from "../src/server/decode-protobuf.ts";

const text = (number: number, value: string) => field(number, Buffer.from(value));
const field = (number: number, bytes: Buffer) => Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
const varint = (number: number, ...bytes: number[]) => Buffer.from([number << 3, ...bytes]);
const join = (...parts: Buffer[]) => Buffer.concat(parts);
const body = (apiVersion: string, kind: string, raw: Buffer) =>
  join(Buffer.from("k8s\0"), field(1, join(text(1, apiVersion), text(2, kind))), field(2, raw));

const entry = (key: string, value: string) => join(text(1, key), text(2, value));
const metadata = field(1, join(text(1, "web"), text(3, "default"), field(11, entry("app", "web")), field(11, entry("b", "c"))));
const utilization = join(
  text(1, "Resource"),
  field(4, join(text(1, "cpu"), field(2, join(text(1, "Utilization"), varint(4, 0xb2, 0x01))))),
);
const target = field(1, join(text(1, "Deployment"), text(2, "web"), text(3, "apps/v1")));

test.each([
  {
    name: "an autoscaler",
    bytes: body(
      "autoscaling/v2",
      "HorizontalPodAutoscaler",
      join(metadata, field(2, join(target, varint(2, 2), varint(3, 9), field(4, utilization)))),
    ),
    expected: {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "web", namespace: "default", labels: { app: "web", b: "c" } },
      spec: {
        scaleTargetRef: { kind: "Deployment", name: "web", apiVersion: "apps/v1" },
        minReplicas: 2,
        maxReplicas: 9,
        metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 178 } } }],
      },
    },
  },
  {
    name: "a Service",
    bytes: body(
      "v1",
      "Service",
      join(
        metadata,
        field(
          2,
          join(field(1, join(text(1, "80-8080"), text(2, "TCP"), varint(3, 80), field(4, varint(2, 0x90, 0x3f)))), text(4, "NodePort")),
        ),
      ),
    ),
    expected: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "default", labels: { app: "web", b: "c" } },
      spec: { ports: [{ name: "80-8080", protocol: "TCP", port: 80, targetPort: 8080 }], type: "NodePort" },
    },
  },
  {
    name: "a number or text",
    bytes: body("policy/v1", "PodDisruptionBudget", field(2, join(field(1, join(varint(1, 1), text(3, "50%"))), field(3, varint(2, 3))))),
    expected: { apiVersion: "policy/v1", kind: "PodDisruptionBudget", spec: { minAvailable: "50%", maxUnavailable: 3 } },
  },
  {
    name: "fields that are not described are left out",
    bytes: body("v1", "Namespace", text(9, "x")),
    expected: { apiVersion: "v1", kind: "Namespace" },
  },
  { name: "a kind that is not described", bytes: body("v1", "Secret", Buffer.alloc(0)), expected: undefined },
  { name: "no magic", bytes: Buffer.from("{}"), expected: undefined },
  { name: "a body that ends early", bytes: body("v1", "Namespace", metadata).subarray(0, 20), expected: undefined },
])("$name", ({ bytes, expected }) => expect(decodeProtobuf(bytes)).toEqual(expected));
