/** Names without root: DNS over HTTPS, by real clients and byte by byte; and the trusting of its CA. */
import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { promisify } from "node:util";
import { decodeResponse, encodeQuery } from "@loopway/dns";
import { findClient, missing } from "@loopway/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { curl, type Endpoints, endpointsOf, startWorld, type World, workspace } from "../src/index.ts";

const run = promisify(execFile);
const query = Buffer.from(encodeQuery({ id: 0, name: "api.example.com", type: "A" }) ?? "");
const MEDIA_TYPE = "application/dns-message";

interface DohAnswer {
  status: number;
  headers: Record<string, unknown>;
  body: Buffer;
}

interface DohCall {
  method: string;
  path: string;
  body?: Buffer;
}

let world: World;
let endpoints: Endpoints;
beforeAll(async () => {
  world = await startWorld();
  endpoints = await endpointsOf(world);
});
afterAll(() => world?.stop());

const fieldsOf = ({ body }: DohCall) => ({ accept: MEDIA_TYPE, ...(body !== undefined && { "content-type": MEDIA_TYPE }) });

function overHttp1(call: DohCall): Promise<DohAnswer> {
  const { hostname, port } = new URL(endpoints.doh);
  return new Promise((resolve, reject) => {
    const { method, path } = call;
    const sent = request({ hostname, port, method, path, headers: fieldsOf(call), ca: readFileSync(endpoints.caFile), agent: false });
    sent.on("error", reject).on("response", async (response) => {
      const body = Buffer.concat((await response.toArray()) as Buffer[]);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
    sent.end(call.body);
  });
}

/** By curl: node:http2's client keeps its requests until they are collected, which is a leak to the test run. */
function overHttp2(call: DohCall): Promise<DohAnswer> {
  const fields = Object.entries(fieldsOf(call)).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const body = call.body === undefined ? [] : ["--data-binary", "@-"];
  const args = ["-si", "--http2", "--cacert", endpoints.caFile, "-X", call.method, ...fields, ...body];
  const { stdout } = spawnSync("curl", [...args, new URL(call.path, endpoints.doh).href], { input: call.body ?? "" });
  const end = stdout.indexOf("\r\n\r\n");
  const [line = "", ...lines] = stdout.toString("latin1", 0, end).split("\r\n");
  expect(line).toMatch(/^HTTP\/2 /);
  const headers = Object.fromEntries(lines.map((field) => field.split(": ", 2)));
  return Promise.resolve({ status: Number(line.split(" ")[1]), headers, body: stdout.subarray(end + 4) });
}

describe.each([
  ["HTTP/1.1", overHttp1, false],
  ["HTTP/2", overHttp2, missing("curl")],
] as const)("%s", (_, send, isMissing) => {
  test.skipIf(isMissing).each([
    { method: "POST", path: "/dns-query", body: query },
    { method: "GET", path: `/dns-query?dns=${query.toString("base64url")}` },
  ])("$method brings the load balancer's addresses, with length and lifetime", async (call) => {
    const { status, headers, body } = await send(call);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ "content-type": MEDIA_TYPE, "content-length": String(body.length), "cache-control": "max-age=60" });
    expect(decodeResponse(body)).toMatchObject({ id: 0, rcode: "NOERROR", answers: [{ type: "A" }, { type: "A" }, { type: "A" }] });
  });

  test.skipIf(isMissing).each([
    [{ method: "GET", path: "/elsewhere" }, 404],
    [{ method: "GET", path: "/dns-query" }, 400],
    [{ method: "DELETE", path: "/dns-query" }, 405],
    [{ method: "POST", path: "/dns-query", body: Buffer.alloc(70_000) }, 413],
  ] as const)("%o is refused with %d", async (call, status) => {
    expect(await send(call)).toMatchObject({ status, headers: { "content-length": "0" } });
  });
});

test.skipIf(missing("curl"))("curl resolves by it and reaches a pod", async () => {
  const [, port = ""] = endpoints.hosts.find(({ host }) => host === "api.example.com")?.addresses[0]?.split(":") ?? [];
  const { status, body } = await curl([
    "--doh-url",
    endpoints.doh,
    "--cacert",
    endpoints.caFile,
    `http://api.example.com:${port}/v1/order/1`,
  ]);
  expect([status, JSON.parse(body).path]).toEqual([200, "/v1/order/1"]);
});

test.skipIf(missing("dig")).each(["+https", "+https-get"])("dig %s has the answer of dig", async (way) => {
  const { hostname, port } = new URL(endpoints.doh);
  const [address = "", plainPort = ""] = endpoints.dns.split(":");
  const dig = async (args: string[]) =>
    (await run(findClient("dig") ?? "", [...args, "+short", "www.example.com"])).stdout.split("\n").sort();
  const answers = await dig([`@${hostname}`, "-p", port, way, `+tls-ca=${endpoints.caFile}`]);
  expect(answers).toEqual(await dig([`@${address}`, "-p", plainPort]));
  expect(answers).toContain("203.0.113.10");
});

/** Mount namespaces without root, and Debian's tool. */
const canTrust = spawnSync("unshare", ["-Urm", "update-ca-certificates", "--help"]).status === 0;

describe.skipIf(!canTrust)("loopway trust", () => {
  test("says what it would run, and changes nothing", async () => {
    const { code, stdout } = await world.loopway(["trust"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${endpoints.caFile} /usr/local/share/ca-certificates/loopway-${world.instance}.crt`);
    expect(stdout).toContain("# nothing was changed");
  });

  test.skipIf(missing("curl"))("with --yes curl trusts the local CA, with --undo no longer", async () => {
    const trust = `${process.execPath} ${join(workspace, "dist/loopway.cjs")} trust --state ${world.stateDir} --yes`;
    const ask = `curl -s -o /dev/null ${endpoints.doh} && echo trusted || echo refused`;
    // A system with one CA only, seen by this shell alone: with all of them each rebuild takes seconds.
    const folders = ["/etc/ssl/certs", "/usr/local/share/ca-certificates", "/etc/ca-certificates/update.d"];
    const script = [
      ...folders.map((folder) => `mount -t tmpfs none ${folder}`),
      `(cd /usr/share/ca-certificates; ls -d */*.crt | head -1) > ${world.stateDir}/ca.conf`,
      `mount --bind ${world.stateDir}/ca.conf /etc/ca-certificates.conf`,
      ask,
      `${trust} >&2`,
      ask,
      `${trust} --undo >&2`,
      ask,
    ];
    const env = { ...process.env, CURL_CA_BUNDLE: "", SSL_CERT_FILE: "", SSL_CERT_DIR: "", HOME: world.stateDir };
    const { stdout } = await run("unshare", ["-Urm", "sh", "-ec", script.join("\n")], { env });
    expect(stdout).toBe("refused\ntrusted\nrefused\n");
  });
});
