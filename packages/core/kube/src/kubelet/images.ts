/** Images that many manifests name, and where their containers listen when the manifest declares no port. */
import type { Container } from "@loopway/model";

/** By the image's name without tag and digest. */
const images = [
  { id: "agnhost", name: /(^|\/)agnhost$/, port: 8080 },
  { id: "whoami", name: /(^|\/)(traefik|containous)\/whoami$/, port: 80 },
  { id: "http-echo", name: /(^|\/)hashicorp\/http-echo$/, port: 5678 },
  { id: "hello-app", name: /(^|\/)hello-app$/, port: 8080 },
  { id: "httpbin", name: /(^|\/)(kennethreitz|kong)\/httpbin$/, port: 80 },
  { id: "ealen-echo", name: /(^|\/)ealen\/echo-server$/, port: 80 },
  { id: "mendhak-echo", name: /(^|\/)mendhak\/http-https-echo$/, port: 8080 },
  { id: "podinfo", name: /(^|\/)stefanprodan\/podinfo$/, port: 9898 },
  { id: "echoserver", name: /^(registry\.k8s\.io|k8s\.gcr\.io|gcr\.io\/google_containers)\/echoserver$/, port: 8080 },
  { id: "hpa-example", name: /(^|\/)hpa-example$/, port: 80 },
  { id: "docker-2048", name: /(^|\/)docker-2048$/, port: 80 },
  { id: "nginx-hello", name: /(^|\/)nginxdemos\/hello$/, port: 80 },
  { id: "nginx", name: /(^|\/)(nginx|nginx-unprivileged)$/, port: 80 },
  { id: "httpd", name: /(^|\/)httpd$/, port: 80 },
] as const;

export type ImageId = (typeof images)[number]["id"];

export function wellKnownImage({ image = "" }: Pick<Container, "image">): { id: ImageId; port: number } | undefined {
  const name = image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return images.find((row) => row.name.test(name));
}
