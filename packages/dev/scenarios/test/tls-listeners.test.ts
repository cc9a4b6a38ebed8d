/** TLS listeners of a network load balancer as their users see them: a certificate of a Secret, real curl, and targets with and without TLS. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiClient } from "@loopway/hop-kit";
import {
  type Certificate,
  type KubeEvent,
  type LoadBalancer,
  loadBalancerAddresses,
  type Secret,
  type Service,
  type TlsDecision,
} from "@loopway/model";
import { eventually, missing, selfSigned } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { curl, endpointsOf, hopsOf, latestTraces, openApi, startWorld, traceOf, type World } from "../src/index.ts";

const HOST = "shop.example.com";
const CLIENT = "127.99.0.7";
const FOREIGN = "arn:aws:acm:eu-west-1:999999999999:certificate/11111111-2222-3333-4444-555555555555";
const PREFIX = "service.beta.kubernetes.io/aws-load-balancer-";
const PATIENCE_MS = 20_000;
const encode = (text: string) => Buffer.from(text).toString("base64");

describe.skipIf(missing("curl"))("TLS listeners", () => {
  const shop = selfSigned([HOST]);
  const folder = mkdtempSync(join(tmpdir(), "loopway-tls-"));
  const caFile = join(folder, "shop.crt");
  let world: World;
  let api: ApiClient;

  beforeAll(async () => {
    const target = selfSigned(["target.internal"]);
    for (const [file, text] of [
      ["shop.crt", shop.certificate],
      ["tls.crt", target.certificate],
      ["tls.key", target.privateKey],
    ] as const)
      writeFileSync(join(folder, file), text, { mode: 0o600 });
    process.env.LOOPWAY_TEST_NODE = process.execPath;
    process.env.LOOPWAY_TEST_TLS = folder;
    world = await startWorld({ files: ["fixtures/tls-listeners"], zones: ["fixtures/zones"], args: ["--allow-exec"] });
    api = openApi(world);
    await api.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "shop-tls", namespace: "default", annotations: { "loopway.dev/import-certificate": "true" } },
      type: "kubernetes.io/tls",
      data: { "tls.crt": encode(shop.certificate), "tls.key": encode(shop.privateKey) },
    } as Secret);
  });
  afterAll(async () => {
    api?.close();
    await world?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const importedArn = () =>
    eventually(async () => {
      const arn = (await api.list<Certificate>({ kind: "Certificate" })).items[0]?.status?.ackResourceMetadata?.arn;
      expect(arn).toBeDefined();
      return arn ?? "";
    });
  const addService = async (name: string, app: string, annotations: Record<string, string>) => {
    const fast = { "healthcheck-interval": "5", "nlb-target-type": "ip", scheme: "internet-facing" };
    await api.create({
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name,
        namespace: "default",
        annotations: Object.fromEntries(Object.entries({ ...fast, ...annotations }).map(([suffix, value]) => [PREFIX + suffix, value])),
      },
      spec: {
        type: "LoadBalancer",
        loadBalancerClass: "service.k8s.aws/nlb",
        selector: { app },
        ports: [{ port: 443, targetPort: app === "secure" ? 8443 : 80 }],
      },
    } as unknown as Service);
  };
  const loadBalancerOf = (name: string) =>
    eventually(async () => {
      const hostname = (await api.get<Service>({ kind: "Service", namespace: "default", name }))?.status?.loadBalancer?.ingress?.[0]
        ?.hostname;
      const found = (await api.list<LoadBalancer>({ kind: "LoadBalancer" })).items.find(({ status }) => status?.dnsName === hostname);
      if (found?.status?.dnsName === undefined) throw new Error(`Service ${name} has no load balancer`);
      return { ...found, hostname: found.status.dnsName };
    }, PATIENCE_MS);
  /** What curl is told through the load balancer, which may have a target in one zone only: the first that answers. */
  const ask = async (name: string, args: readonly string[], host = HOST) => {
    const addresses = loadBalancerAddresses(await loadBalancerOf(name));
    return eventually(async () => {
      const answers = addresses.map((address) =>
        curl(["--interface", CLIENT, "--connect-to", `${host}:443:${address}:443`, ...args, `https://${host}/cart`]),
      );
      return await Promise.any(answers);
    }, PATIENCE_MS);
  };
  const tlsTold = async () => {
    const traces = await latestTraces(world, 20);
    const decisions = traces.flatMap(({ span }) => (span.hop === "nlb" ? span.decisions : []));
    return decisions.filter((decision): decision is TlsDecision => decision.kind === "tls");
  };

  test("curl reaches a pod over the certificate of an imported Secret; the pod sees curl's address; the trace tells what was agreed", async () => {
    const arn = await importedArn();
    await addService("plain", "plain", { "ssl-cert": arn, "target-group-attributes": "preserve_client_ip.enabled=true" });
    const { status, body } = await ask("plain", ["--cacert", caFile]);
    expect(status).toBe(200);
    expect(body).toContain(`RemoteAddr: ${CLIENT}:`);
    expect(body).toContain("GET /cart HTTP/1.1");
    await eventually(async () =>
      expect(await tlsTold()).toContainEqual(
        expect.objectContaining({ peer: "client", serverName: HOST, certificate: arn, version: "TLSv1.2", cipher: expect.any(String) }),
      ),
    );
  });

  test("loopway trace https: the way through the tunnel, with what was agreed", async () => {
    const { hostname } = await loadBalancerOf("plain");
    // Until the name leaves out the zones that have no pod.
    const trace = await eventually(async () => {
      const found = await traceOf(world, `https://${hostname}/cart?x=1`);
      expect(hopsOf(found)).toEqual(["client", "route53", "nlb", "pod"]);
      return found;
    }, PATIENCE_MS);
    expect(trace.children[1]?.span.decisions[1]).toMatchObject({ kind: "tls", peer: "client", serverName: hostname, version: "TLSv1.2" });
    const { stdout } = await world.loopway(["trace", `https://${hostname}/cart`]);
    expect(stdout).toMatch(/tls {7}client: TLSv1\.2, ECDHE-ECDSA-AES128-GCM-SHA256, certificate arn:aws:acm:\S+ for k8s-default-plain-/);
  });

  test("a client that does not trust it fails, and the span has the client's own alert", async () => {
    const [address = ""] = loadBalancerAddresses(await loadBalancerOf("plain"));
    await expect(curl(["--connect-to", `${HOST}:443:${address}:443`, `https://${HOST}/`])).rejects.toMatchObject({ code: 60 });
    await eventually(async () =>
      expect(await tlsTold()).toContainEqual(expect.objectContaining({ failure: "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA" })),
    );
  });

  test("backend-protocol ssl: TLS to a program that has a certificate nobody vouches for", async () => {
    const policy = { "ssl-negotiation-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06" };
    await addService("secure", "secure", { "ssl-cert": await importedArn(), "backend-protocol": "ssl", ...policy });
    const { status, body } = await ask("secure", ["--cacert", caFile]);
    expect([status, JSON.parse(body)]).toEqual([200, { version: "TLSv1.3", path: "/cart" }]);
    await eventually(async () => expect(await tlsTold()).toContainEqual(expect.objectContaining({ peer: "target", version: "TLSv1.3" })));
  });

  test("a certificate of a real account: the local CA vouches for one in its place, and an Event says so", async () => {
    await addService("foreign", "plain", { "ssl-cert": FOREIGN });
    const { hostname } = await loadBalancerOf("foreign");
    const { caFile: localCa } = await endpointsOf(world);
    expect((await ask("foreign", ["--cacert", localCa], hostname)).status).toBe(200);
    const { items } = await api.list<KubeEvent>({ kind: "Event", namespace: "default" });
    const told = items.find(({ reason, involvedObject }) => reason === "CertificateIssuedLocally" && involvedObject.name === "foreign");
    expect(told).toMatchObject({ type: "Warning", message: expect.stringContaining(`certificate ${FOREIGN} of listener TLS:443`) });
  });

  test("no key stands in logs, Events, Certificates or traces", async () => {
    const logs = join(world.stateDir, "logs");
    const texts = readdirSync(logs).map((file) => readFileSync(join(logs, file), "utf8"));
    const kinds = ["Certificate", "Event", "Listener", "LoadBalancer", "Service", "TargetGroup"];
    const objects = await Promise.all(kinds.map(async (kind) => (await api.list({ kind })).items));
    const all = [...texts, JSON.stringify(objects), JSON.stringify(await latestTraces(world, 100))].join("\n");
    const { items } = await api.list<Secret>({ kind: "Secret" });
    const keys = items.flatMap(({ data }) => (data?.["tls.key"] === undefined ? [] : [data["tls.key"]]));
    // Each of three listeners, and the imported one.
    expect(keys.length).toBe(4);
    for (const key of keys) expect(all).not.toContain(key.slice(40, 100));
    expect(all).not.toMatch(/PRIVATE KEY/);
    expect(all).not.toContain(shop.privateKey.split("\n")[1]);
  });
});
