import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Decision, Outcome, Span } from "@loopway/model";
import { expect, test } from "vitest";

interface ObjectSchema {
  properties: Record<string, { const?: string; enum?: string[] }>;
  required: string[];
}

const schema = JSON.parse(readFileSync(fileURLToPath(new URL("../trace.schema.json", import.meta.url)), "utf8"));
const variants = (name: string): ObjectSchema[] => schema.$defs[name].oneOf;
/** Names of fields, "?" behind those that may be absent. */
const fieldsOf = ({ properties, required }: ObjectSchema) =>
  Object.keys(properties)
    .map((name) => (required.includes(name) ? name : `${name}?`))
    .sort();

type Fields<T> = { [K in keyof T]-?: undefined extends T[K] ? "?" : "" };
/** Each field of a type, and whether it may be absent: the compiler holds these lists to the types, the tests hold the schema to the lists. */
type FieldsByKind<T extends { kind: string }> = { [K in T["kind"]]: Fields<Omit<Extract<T, { kind: K }>, "kind">> };

const span: Fields<Span> = {
  hop: "",
  name: "",
  table: "?",
  downstream: "",
  upstreams: "",
  startUs: "",
  endUs: "?",
  decisions: "",
  outcome: "",
  bytesIn: "",
  bytesOut: "",
  summary: "?",
  root: "?",
};
const decisions: FieldsByKind<Decision> = {
  record: { name: "", recordType: "", hostedZone: "?", record: "?", ttl: "", answers: "", rcode: "" },
  rule: { listener: "", rule: "", priority: "", action: "", origin: "?" },
  securityGroup: { securityGroups: "", rule: "?" },
  target: { targetGroup: "", target: "", health: "", algorithm: "", candidates: "" },
  tls: { peer: "", serverName: "?", certificate: "?", version: "?", cipher: "?", alpn: "?", failure: "?" },
  nodePort: { node: "", nodePort: "", service: "" },
  clusterIP: { clusterIP: "", servicePort: "", service: "" },
  externalIP: { address: "", servicePort: "", service: "" },
  endpoint: { service: "", endpoint: "", pod: "?", candidates: "" },
  pod: { pod: "", namespace: "", container: "", node: "" },
};
const outcomes: FieldsByKind<Outcome> = {
  forwarded: { status: "?" },
  answered: { status: "?", code: "?" },
  failed: { code: "" },
};
const listed = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, mark]) => name + mark)
    .sort();

test("the schema of a span has the fields of a span", () => expect(fieldsOf(schema.$defs.span)).toEqual(listed(span)));

test.each(Object.entries({ decision: decisions, outcome: outcomes }))(
  "the schema of a %s has every kind with its fields",
  (name, expected) => {
    const described = variants(name).map((variant) => [variant.properties.kind?.const ?? "", fieldsOf(variant)]);
    expect(Object.fromEntries(described)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([kind, fields]) => [kind, listed({ ...fields, kind: "" })])),
    );
  },
);
