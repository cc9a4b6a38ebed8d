/** One function for each image: as much of what it answers as tutorials and tests look at. Pure. */
import type { Container } from "@loopway/model";
import { type EchoAnswer, type EchoRequest, groupHeaders } from "./echo.ts";

export interface Asked {
  request: EchoRequest;
  container: Container;
  pod: string;
  podIP: string;
  /** "127.10.1.10:41234" */
  remote: string;
  /** RFC 3339. */
  now: string;
}

const TEXT = { "Content-Type": "text/plain; charset=utf-8" } as const;
const HTML = { "Content-Type": "text/html" } as const;
const JSON_TYPE = { "Content-Type": "application/json" } as const;

function reply(body: string, headers: Record<string, string> = TEXT, status = 200): EchoAnswer {
  return { status, headers, body, delayMs: 0, isEcho: false };
}

function pathOf({ target }: EchoRequest): { path: string; query: URLSearchParams } {
  const [path = "", query = ""] = target.split("?", 2);
  return { path, query: new URLSearchParams(query) };
}

/** The value behind `-flag` or `--flag`, or of the environment variable. */
function setting({ args = [], command = [], env = [] }: Container, flag: string, variable = ""): string | undefined {
  const words = [...command, ...args].flatMap((word) => (word.startsWith("-") ? word.split(/=(.*)/s, 2) : [word]));
  const at = words.findIndex((word) => word.replace(/^--?/, "") === flag && word.startsWith("-"));
  return at >= 0 ? words[at + 1] : env.find(({ name }) => name === variable)?.value;
}

function joinedHeaders({ rawHeaders }: EchoRequest, nameOf = (name: string) => name): Record<string, string> {
  return Object.fromEntries(Object.entries(groupHeaders(rawHeaders)).map(([name, values]) => [nameOf(name), values.join(", ")]));
}

const lower = (name: string) => name.toLowerCase();
const sourceIp = (remote: string) => remote.slice(0, remote.lastIndexOf(":"));

/** agnhost netexec. */
export function agnhost({ request, pod, remote, now }: Asked): EchoAnswer {
  const { path, query } = pathOf(request);
  const text: Readonly<Record<string, string>> = { "/hostname": pod, "/hostName": pod, "/clientip": remote, "/healthz": "" };
  if (path in text) return reply(text[path] ?? "");
  if (path === "/echo") return reply(query.get("msg") ?? "", TEXT, Number(query.get("code") ?? 200) || 200);
  if (path === "/redirect") return reply("", { Location: query.get("location") ?? "/" }, Number(query.get("code") ?? 302) || 302);
  return reply(`NOW: ${now}`);
}

export function whoami({ request, container, pod, podIP, remote }: Asked): EchoAnswer {
  const { path } = pathOf(request);
  const { host, method, target, proto } = request;
  const name = setting(container, "name", "WHOAMI_NAME");
  if (path === "/health") return reply("");
  if (path === "/bench") return reply("1");
  const headers = groupHeaders(request.rawHeaders);
  if (path === "/api") {
    const body = {
      hostname: pod,
      ip: [podIP],
      headers,
      url: target,
      host,
      method,
      ...(name === undefined ? {} : { name }),
      remoteAddr: remote,
    };
    return reply(`${JSON.stringify(body)}\n`, JSON_TYPE);
  }
  const lines = [
    ...(name === undefined ? [] : [`Name: ${name}`]),
    `Hostname: ${pod}`,
    `IP: ${podIP}`,
    `RemoteAddr: ${remote}`,
    `${method} ${target} ${proto}`,
    `Host: ${host}`,
    ...Object.entries(headers).flatMap(([header, values]) => values.map((value) => `${header}: ${value}`)),
  ];
  return reply(`${lines.join("\n")}\n\n`);
}

export function httpEcho({ request, container }: Asked): EchoAnswer {
  const headers = { "X-App-Name": "http-echo", "X-App-Version": "1.0.0", ...TEXT };
  if (pathOf(request).path === "/health") return reply('{"status":"ok"}\n', { ...headers, ...JSON_TYPE });
  return reply(`${setting(container, "text", "ECHO_TEXT") ?? ""}\n`, headers, Number(setting(container, "status-code") ?? 200) || 200);
}

export function helloApp({ container, pod }: Asked): EchoAnswer {
  const version = container.image?.endsWith(":2.0") === true ? "2.0.0" : "1.0.0";
  return reply(`Hello, world!\nVersion: ${version}\nHostname: ${pod}\n`);
}

const HTTPBIN = { ...JSON_TYPE, Server: "gunicorn/19.9.0", "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true" };

export function httpBin({ request, remote }: Asked): EchoAnswer {
  const { path, query } = pathOf(request);
  const json = (value: object) => reply(`${JSON.stringify(value, undefined, 2)}\n`, HTTPBIN);
  const headers: Record<string, string> = { ...joinedHeaders(request), Host: request.host };
  const origin = headers["X-Forwarded-For"] ?? sourceIp(remote);
  const args = Object.fromEntries(query);
  const url = `${headers["X-Forwarded-Proto"] ?? "http"}://${request.host}${request.target}`;
  const [, first = "", second = ""] = path.split("/");
  if (first === "status") return reply("", HTTPBIN, Number(second.split(",")[0]) || 400);
  if (first === "headers") return json({ headers });
  if (first === "ip") return json({ origin });
  if (first === "user-agent") return json({ "user-agent": headers["User-Agent"] });
  if (first === "delay") return { ...json({ args, headers, origin, url }), delayMs: Math.min(10, Number(second) || 0) * 1000 };
  if (["get", "post", "put", "patch", "delete"].includes(first)) {
    if (first !== request.method.toLowerCase()) return reply("", HTTPBIN, 405);
    return json({ args, headers, origin, url });
  }
  return first === "anything"
    ? json({ args, data: "", files: {}, form: {}, headers, json: null, method: request.method, origin, url })
    : NOT_FOUND;
}

export function ealenEcho({ request, container, pod, podIP }: Asked): EchoAnswer {
  const { path, query } = pathOf(request);
  const headers = joinedHeaders(request, lower);
  const wished = (name: string) => query.get(`echo_${name}`) ?? headers[`x-echo-${name}`];
  const body = {
    host: { hostname: request.host, ip: podIP, ips: [] },
    http: { method: request.method, baseUrl: "", originalUrl: request.target, protocol: "http" },
    request: {
      params: { "0": path },
      query: Object.fromEntries(query),
      cookies: {},
      body: {},
      headers: { host: request.host, ...headers },
    },
    environment: { HOSTNAME: pod, ...Object.fromEntries((container.env ?? []).map(({ name, value = "" }) => [name, value])) },
  };
  const status = Number(/^\d{3}/.exec(wished("code") ?? "")?.[0] ?? 200);
  const answer = reply(wished("body") ?? JSON.stringify(body), { "Content-Type": "application/json; charset=utf-8" }, status);
  return { ...answer, delayMs: Number(wished("time") ?? 0) || 0 };
}

export function mendhakEcho({ request, pod, remote }: Asked): EchoAnswer {
  const { path, query } = pathOf(request);
  const headers = { host: request.host, ...joinedHeaders(request, lower) };
  const ip = `::ffff:${sourceIp(remote)}`;
  const [hostname] = request.host.split(":");
  const body = {
    path,
    headers,
    method: request.method,
    body: "",
    cookies: {},
    fresh: false,
    hostname,
    ip,
    ips: [],
    protocol: "http",
    query: Object.fromEntries(query),
    subdomains: [],
    xhr: false,
    os: { hostname: pod },
    connection: {},
  };
  const wished = headers as Record<string, string>;
  const status = Number(wished["x-set-response-status-code"] ?? 200) || 200;
  const answer = reply(JSON.stringify(body, undefined, 2), { "Content-Type": "application/json; charset=utf-8" }, status);
  return { ...answer, delayMs: Number(wished["x-set-response-delay-ms"] ?? 0) || 0 };
}

export function podinfo({ request, container, pod }: Asked): EchoAnswer {
  const { path } = pathOf(request);
  const json = (value: object, status = 200) =>
    reply(JSON.stringify(value, undefined, 2), { "Content-Type": "application/json; charset=utf-8" }, status);
  const [, first = "", second = ""] = path.split("/");
  if (first === "healthz" || first === "readyz") return json({ status: "OK" });
  if (first === "status") return json({ status: Number(second) }, Number(second) || 400);
  if (first === "headers") return json(groupHeaders(request.rawHeaders));
  if (first === "delay") return { ...json({ delay: Number(second) || 0 }), delayMs: (Number(second) || 0) * 1000 };
  const version = container.image?.split(":")[1] ?? "latest";
  const message = setting(container, "ui-message", "PODINFO_UI_MESSAGE") ?? `greetings from podinfo v${version}`;
  const color = setting(container, "ui-color", "PODINFO_UI_COLOR") ?? "#34577c";
  return json({ hostname: pod, version, revision: "unknown", color, logo: "", message, goos: "linux", goarch: "amd64" });
}

export function echoServer({ request, pod, podIP, remote }: Asked): EchoAnswer {
  const { method, target, proto, host } = request;
  const headers = Object.entries(joinedHeaders(request, lower)).map(([name, value]) => `\t${name}=${value}`);
  const version = `request_version=${proto.replace("HTTP/", "")}`;
  const asked = [
    `client_address=${sourceIp(remote)}`,
    `method=${method}`,
    `real path=${target}`,
    version,
    `request_uri=http://${host}${target}`,
  ];
  const lines = ["", "", `Hostname: ${pod}`, "", "Pod Information:", `\tpod name:\t${pod}`, `\tpod IP:\t${podIP}`, ""];
  const head = ["Request Information:", ...asked.map((line) => `\t${line}`), "", "Request Headers:", ...headers, `\thost=${host}`, ""];
  return reply([...lines, ...head, "Request Body:", "\t-no body in request-", "", ""].join("\n"), { "Content-Type": "text/plain" });
}

export function hpaExample(): EchoAnswer {
  return reply("OK!", HTML);
}

export function dockerGame({ request }: Asked): EchoAnswer {
  if (pathOf(request).path !== "/") return nginxError();
  return reply("<!DOCTYPE html>\n<html><head><title>2048</title></head><body><h1>2048</h1></body></html>\n", { ...HTML, Server: "nginx" });
}

const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>
</body>
</html>
`;

export function nginx({ request }: Asked): EchoAnswer {
  const { path } = pathOf(request);
  return path === "/" || path === "/index.html" ? reply(WELCOME, { ...HTML, Server: "nginx" }) : nginxError();
}

function nginxError(): EchoAnswer {
  const title = "404 Not Found";
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return reply(body, { ...HTML, Server: "nginx" }, 404);
}

/** nginxdemos/hello:plain-text; the HTML of the other tags shows the same lines. */
export function nginxHello({ request, pod, podIP, now }: Asked): EchoAnswer {
  const port = request.host.split(":")[1] ?? "80";
  const lines = [`Server address: ${podIP}:${port}`, `Server name: ${pod}`, `Date: ${now}`, `URI: ${request.target}`];
  return reply(`${lines.join("\n")}\n`, { "Content-Type": "text/plain", Server: "nginx" });
}

const NOT_FOUND = reply("404 page not found\n", TEXT, 404);

export function httpd({ request }: Asked): EchoAnswer {
  const { path } = pathOf(request);
  const headers = { ...HTML, Server: "Apache/2.4 (Unix)" };
  const missing = "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>\n";
  return path === "/" || path === "/index.html"
    ? reply("<html><body><h1>It works!</h1></body></html>\n", headers)
    : reply(missing, headers, 404);
}
