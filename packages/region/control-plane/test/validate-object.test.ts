import { isFailure } from "@loopway/kube";
import { type KubeObject, kindNamed } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { validatorOf } from "../src/validation/validate-object.ts";
import { deployment, ingress, service } from "./objects.ts";

type Invalid = { name: string; object: object; causes: Record<string, string> };

/** field → message of every cause; or the failure's code and message. */
async function check(object: object, query = "") {
  const kind = kindNamed((object as KubeObject).kind);
  const validator = await validatorOf(kind, new URLSearchParams(query));
  const checked = validator.check(object as KubeObject);
  if (!isFailure(checked)) return { warnings: checked.warnings };
  const causes = checked.details?.causes;
  return causes === undefined
    ? { code: checked.code, message: checked.message }
    : Object.fromEntries(causes.map(({ field, message }) => [field, message]));
}

const port = (fields: object) => service("web", { ports: [{ port: 80, ...fields }] });
const path = (fields: object) => ingress("web", fields as Record<string, unknown>);
const PATH = "spec.rules[0].http.paths[0]";
const aws = (kind: string, spec: object) => {
  const { group, version } = kindNamed(kind);
  return { apiVersion: `${group}/${version}`, kind, metadata: { name: "x", namespace: "kube-system" }, spec };
};
const to = { type: "forward", forwardConfig: { targetGroups: [{ targetGroupRef: { from: { name: "tg" } } }] } };

const pod = (spec: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [{ name: "c", image: "i" }], ...spec },
});

const invalids: Invalid[] = [
  {
    name: "a dnsPolicy that there is not",
    object: pod({ dnsPolicy: "Cluster" }),
    causes: {
      "spec.dnsPolicy": 'Unsupported value: "Cluster": supported values: "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"',
    },
  },
  {
    name: "dnsPolicy None without dnsConfig",
    object: pod({ dnsPolicy: "None" }),
    causes: { "spec.dnsConfig": "Required value: must provide `dnsConfig` when `dnsPolicy` is None" },
  },
  {
    name: "dnsPolicy None without name servers",
    object: pod({ dnsPolicy: "None", dnsConfig: { searches: ["a.b"] } }),
    causes: { "spec.dnsConfig.nameservers": "Required value: must provide at least one DNS nameserver when `dnsPolicy` is None" },
  },
  {
    name: "a dnsConfig beyond the limits",
    object: pod({
      dnsConfig: {
        nameservers: ["1.1.1.1", "::1", "3.3.3.3", "dns"],
        searches: Array(33).fill("x".repeat(64)),
        options: [{ value: "5" }],
      },
    }),
    causes: {
      "spec.dnsConfig.nameservers": 'Invalid value: ["1.1.1.1","::1","3.3.3.3","dns"]: must not have more than 3 nameservers',
      "spec.dnsConfig.nameservers[3]": 'Invalid value: "dns": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      "spec.dnsConfig.searches": expect.stringMatching(
        /: must not have more than (32 search paths|2048 characters \(including spaces\) in the search list)$/,
      ),
      "spec.dnsConfig.options[0]": "Required value: must not be empty",
    },
  },
  {
    name: "a name in capitals",
    object: { ...deployment("web"), metadata: { name: "Web" } },
    causes: { "metadata.name": expect.stringContaining('Invalid value: "Web": a lowercase RFC 1123 subdomain must consist of') },
  },
  {
    name: "no name",
    object: { ...service("web"), metadata: {} },
    causes: { "metadata.name": "Required value: name or generateName is required" },
  },
  {
    name: "a Service that starts with a digit",
    object: { ...service("web"), metadata: { name: "1web" } },
    causes: { "metadata.name": expect.stringContaining("a DNS-1035 label must consist of") },
  },
  {
    name: "a wrong label value",
    object: { ...service("web"), metadata: { name: "web", labels: { a: "b c" } } },
    causes: { "metadata.labels": expect.stringContaining('Invalid value: "b c": a valid label must be') },
  },
  { name: "a Service without ports", object: service("web", { ports: [] }), causes: { "spec.ports": "Required value" } },
  {
    name: "a servicePort of 0",
    object: port({ port: 0 }),
    causes: { "spec.ports[0].port": "Invalid value: 0: must be between 1 and 65535, inclusive" },
  },
  {
    name: "two servicePorts without names",
    object: service("web", { ports: [{ port: 80 }, { port: 81 }] }),
    causes: { "spec.ports[0].name": "Required value", "spec.ports[1].name": "Required value" },
  },
  {
    name: "an unknown Service type",
    object: service("web", { type: "Cloud" }),
    causes: { "spec.type": 'Unsupported value: "Cloud": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"' },
  },
  {
    name: "a nodePort out of range",
    object: service("web", { type: "NodePort", ports: [{ port: 80, nodePort: 80 }] }),
    causes: {
      "spec.ports[0].nodePort": "Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767",
    },
  },
  {
    name: "a healthCheckNodePort out of range",
    object: service("web", { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 29999 }),
    causes: {
      "spec.healthCheckNodePort": "Invalid value: 29999: provided port is not in the valid range. The range of valid ports is 30000-32767",
    },
  },
  ...[{ type: "LoadBalancer" }, { type: "NodePort", externalTrafficPolicy: "Local" }].map((spec) => ({
    name: `a healthCheckNodePort for ${JSON.stringify(spec)}`,
    object: service("web", { ...spec, healthCheckNodePort: 31000 }),
    causes: {
      "spec.healthCheckNodePort":
        "Invalid value: 31000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    },
  })),
  {
    name: "a Deployment whose selector does not match its template",
    object: deployment("web", { selector: { matchLabels: { app: "other" } } }),
    causes: { "spec.template.metadata.labels": 'Invalid value: {"app":"web"}: `selector` does not match template `labels`' },
  },
  {
    name: "a Deployment without selector and template",
    object: { ...deployment("web"), spec: {} },
    causes: { "spec.selector": "Required value", "spec.template": "Required value" },
  },
  {
    name: "negative replicas",
    object: deployment("web", { replicas: -1 }),
    causes: { "spec.replicas": "Invalid value: -1: must be greater than or equal to 0" },
  },
  {
    name: "a container without an image",
    object: deployment("web", { template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c" }] } } }),
    causes: { "spec.template.spec.containers[0].image": "Required value" },
  },
  {
    name: "an Ingress without pathType",
    object: path({ pathType: undefined }),
    causes: { [`${PATH}.pathType`]: expect.stringContaining("Required value") },
  },
  {
    name: "an unknown pathType",
    object: path({ pathType: "Glob" }),
    causes: { [`${PATH}.pathType`]: 'Unsupported value: "Glob": supported values: "Exact", "ImplementationSpecific", "Prefix"' },
  },
  { name: "a relative path", object: path({ path: "v1" }), causes: { [`${PATH}.path`]: 'Invalid value: "v1": must be an absolute path' } },
  {
    name: "a path that climbs",
    object: path({ path: "/a/../b" }),
    causes: { [`${PATH}.path`]: "Invalid value: \"/a/../b\": must not contain '/../'" },
  },
  {
    name: "no backend",
    object: path({ backend: {} }),
    causes: { [`${PATH}.backend`]: 'Invalid value: "": resource or service backend is required' },
  },
  {
    name: "a backend without a port",
    object: path({ backend: { service: { name: "web" } } }),
    causes: { [`${PATH}.backend`]: "Required value: port name or number is required" },
  },
  {
    name: "an Ingress without rules",
    object: ingress("web", {}, { rules: [] }),
    causes: { spec: "Invalid value: []: either `defaultBackend` or `rules` must be specified" },
  },
  {
    name: "an address as an Ingress host",
    object: ingress("web", {}, { rules: [{ host: "10.0.0.1" }] }),
    causes: { "spec.rules[0].host": 'Invalid value: "10.0.0.1": must be a DNS name, not an IP address' },
  },
  {
    name: "class and annotation at once",
    object: { ...ingress("web"), metadata: { name: "web", annotations: { "kubernetes.io/ingress.class": "alb" } } },
    causes: { "annotations.kubernetes.io/ingress.class": 'Invalid value: "alb": can not be set when the class field is also set' },
  },
  {
    name: "a Rule's priority of 0",
    object: aws("Rule", { priority: 0, conditions: [], actions: [to] }),
    causes: { "spec.priority": "Invalid value: 0: must be >= 1" },
  },
  {
    name: "an unknown action",
    object: aws("Rule", { priority: 1, conditions: [], actions: [{ type: "drop" }] }),
    causes: { "spec.actions[0].type": expect.stringContaining('Unsupported value: "drop": supported values: "forward"') },
  },
  { name: "a HostedZone without a name", object: aws("HostedZone", {}), causes: { "spec.name": "Required value" } },
];

describe("422 names the field", () => {
  test.each(invalids)("$name", async ({ object, causes }) => {
    expect(await check(object)).toEqual(causes);
  });
});

const mistyped: { name: string; object: object; field: string }[] = [
  { name: "replicas as text", object: deployment("web", { replicas: "3" }), field: "Deployment.spec.replicas of type int32" },
  { name: "ports as an object", object: service("web", { ports: {} }), field: "Service.spec.ports of type slice" },
  {
    name: "a label that is a number",
    object: { ...service("web"), metadata: { name: "web", labels: { a: 1 } } },
    field: "Service.metadata.labels.a of type string",
  },
  {
    name: "a Rule's priority as text",
    object: aws("Rule", { priority: "1", conditions: [], actions: [] }),
    field: "Rule.spec.priority of type int32",
  },
];

describe("400 for what does not decode", () => {
  test.each(mistyped)("$name", async ({ object, field }) => {
    expect(await check(object)).toMatchObject({
      code: 400,
      message: expect.stringContaining(`json: cannot unmarshal into Go struct field ${field}`),
    });
  });
});

describe("unknown fields", () => {
  const wrong = deployment("web", {
    replicaz: 1,
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "i", prots: [] }] } },
  });

  test("are warned of", async () => {
    expect(await check(wrong)).toEqual({
      warnings: ['unknown field "spec.template.spec.containers[0].prots"', 'unknown field "spec.replicaz"'],
    });
  });

  test("are 400 under fieldValidation=Strict", async () => {
    expect(await check(wrong, "fieldValidation=Strict")).toEqual({
      code: 400,
      message:
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.template.spec.containers[0].prots", unknown field "spec.replicaz"',
    });
  });

  test("are nobody's business under fieldValidation=Ignore", async () => {
    expect(await check(wrong, "fieldValidation=Ignore")).toEqual({ warnings: [] });
  });

  test("are found in AWS kinds too, and not in maps", async () => {
    const rule = { ...aws("Rule", { priority: 1, conditions: [], actions: [to], prioriti: 2 }) };
    const labelled = { ...rule, metadata: { ...rule.metadata, labels: { any: "thing" }, annotations: { "a/b": "c" } } };
    expect(await check(labelled)).toEqual({ warnings: ['unknown field "spec.prioriti"'] });
  });
});

test.each([deployment("web"), service("web"), ingress("web")])(
  "$kind as written in the seeds is accepted without a warning",
  async (object) => {
    expect(await check(object, "fieldValidation=Strict")).toEqual({ warnings: [] });
  },
);

test("a status is only decoded", async () => {
  const validator = await validatorOf(kindNamed("Pod"), new URLSearchParams());
  const pod = (status: object) =>
    ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [] }, status }) as unknown as KubeObject;
  expect(isFailure(validator.checkStatus(pod({ conditions: [{ type: "Ready" }] })))).toBe(false);
  expect(validator.checkStatus(pod({ phase: 1 }))).toMatchObject({ code: 400 });
});
