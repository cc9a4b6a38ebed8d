import { wellKnownImage } from "@loopway/kube";
import type { Container } from "@loopway/model";
import { expect, test } from "vitest";
import { imageAnswer } from "../src/images.ts";

const ask = (container: Partial<Container>, target = "/", rawHeaders: string[] = [], method = "GET") =>
  imageAnswer({ name: "c", ...container })?.({
    request: { target, host: "api.example.com", method, proto: "HTTP/1.1", rawHeaders },
    container: { name: "c", ...container },
    pod: "web-1",
    podIP: "127.10.1.20",
    remote: "127.10.1.10:4123",
    now: "2026-01-01T00:00:00.000Z",
  });

const httpEcho = { image: "hashicorp/http-echo:0.2.3", args: ["-text=hello"] };
test.each([
  { image: "traefik/whoami:v1.10", port: 80, contains: "Hostname: web-1\nIP: 127.10.1.20\nRemoteAddr: 127.10.1.10:4123\nGET / HTTP/1.1\n" },
  { image: "docker.io/containous/whoami", port: 80, contains: "Host: api.example.com\nX-A: 1\n" },
  {
    image: "us-docker.pkg.dev/google-samples/containers/gke/hello-app:2.0",
    port: 8080,
    contains: "Hello, world!\nVersion: 2.0.0\nHostname: web-1\n",
  },
  { image: "gcr.io/google-samples/hello-app:1.0", port: 8080, contains: "Version: 1.0.0\n" },
  { image: "nginx:1.27@sha256:abc", port: 80, contains: "<title>Welcome to nginx!</title>" },
  { image: "public.ecr.aws/nginx/nginx:stable", port: 80, contains: "Welcome to nginx!" },
  { image: "httpd", port: 80, contains: "It works!" },
  { image: "nginxdemos/hello:plain-text", port: 80, contains: "Server address: 127.10.1.20:80\nServer name: web-1\n" },
  { image: "registry.k8s.io/hpa-example", port: 80, contains: "OK!" },
  { image: "registry.k8s.io/echoserver:1.10", port: 8080, contains: "Hostname: web-1\n" },
  { image: "public.ecr.aws/l6m2t8p7/docker-2048:latest", port: 80, contains: "2048" },
  { image: "stefanprodan/podinfo:6.5.0", port: 9898, contains: '"message": "greetings from podinfo v6.5.0"' },
  { image: "registry.k8s.io/e2e-test-images/agnhost:2.53", port: 8080, contains: "NOW: 2026-01-01" },
  { image: "mendhak/http-https-echo:31", port: 8080, contains: '"hostname": "web-1"' },
  { image: "ealen/echo-server:0.9.2", port: 80, contains: '"originalUrl":"/"' },
])("$image listens on $port and answers as it does", ({ image, port, contains }) => {
  expect(wellKnownImage({ image })?.port).toBe(port);
  expect(ask({ image }, "/", ["X-A", "1"])).toMatchObject({ status: 200, body: expect.stringContaining(contains) });
});

test.each([
  { container: httpEcho, target: "/any", expected: { body: "hello\n", headers: { "X-App-Name": "http-echo" } } },
  { container: { ...httpEcho, args: ["-text", "two words"] }, target: "/", expected: { body: "two words\n" } },
  { container: { ...httpEcho, args: [], env: [{ name: "ECHO_TEXT", value: "env" }] }, target: "/", expected: { body: "env\n" } },
  { container: httpEcho, target: "/health", expected: { body: '{"status":"ok"}\n' } },
  { container: { image: "nginx" }, target: "/nope", expected: { status: 404, headers: { Server: "nginx" } } },
  { container: { image: "kennethreitz/httpbin" }, target: "/status/418", expected: { status: 418, body: "" } },
  { container: { image: "kennethreitz/httpbin" }, target: "/delay/2", expected: { delayMs: 2000 } },
  { container: { image: "kennethreitz/httpbin" }, target: "/ip", expected: { body: '{\n  "origin": "127.10.1.10"\n}\n' } },
  { container: { image: "agnhost" }, target: "/hostname", expected: { body: "web-1" } },
  { container: { image: "agnhost" }, target: "/clientip", expected: { body: "127.10.1.10:4123" } },
  { container: { image: "agnhost" }, target: "/echo?msg=hi&code=201", expected: { status: 201, body: "hi" } },
  { container: { image: "ealen/echo-server" }, target: "/?echo_code=503&echo_body=x", expected: { status: 503, body: "x" } },
])("$container.image $target", ({ container, target, expected }) => expect(ask(container, target)).toMatchObject(expected));

test("httpbin believes X-Forwarded-For and -Proto, and refuses another method than the path's", () => {
  const headers = ["X-Forwarded-For", "203.0.113.7", "X-Forwarded-Proto", "https"];
  const body = JSON.parse(ask({ image: "kennethreitz/httpbin" }, "/get?a=1", headers)?.body ?? "");
  expect(body).toMatchObject({ args: { a: "1" }, origin: "203.0.113.7", url: "https://api.example.com/get?a=1" });
  expect(ask({ image: "kennethreitz/httpbin" }, "/get", [], "POST")?.status).toBe(405);
});

test.each(["orders:latest", "gcr.io/k8s-staging-gateway-api/echo-basic:v1", "my/nginx-exporter", "localhost:5000/app", undefined])(
  "%s is not known: it answers as echo-basic does",
  (image) => expect(wellKnownImage(image === undefined ? {} : { image })).toBeUndefined(),
);
