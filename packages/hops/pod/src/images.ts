/** What the containers of well-known images listen on and answer, by the image's name without registry, tag and digest. */
import type { Container } from "@loopway/model";
import type { EchoAnswer } from "./echo.ts";
import {
  type Asked,
  agnhost,
  dockerGame,
  ealenEcho,
  echoServer,
  helloApp,
  hpaExample,
  httpBin,
  httpd,
  httpEcho,
  mendhakEcho,
  nginx,
  nginxHello,
  podinfo,
  whoami,
} from "./image-answers.ts";

export interface Image {
  /** Where it listens when the manifest declares no port. */
  port: number;
  answer(asked: Asked): EchoAnswer;
}

const images: readonly { name: RegExp; image: Image }[] = [
  { name: /(^|\/)agnhost$/, image: { port: 8080, answer: agnhost } },
  { name: /(^|\/)(traefik|containous)\/whoami$/, image: { port: 80, answer: whoami } },
  { name: /(^|\/)hashicorp\/http-echo$/, image: { port: 5678, answer: httpEcho } },
  { name: /(^|\/)hello-app$/, image: { port: 8080, answer: helloApp } },
  { name: /(^|\/)(kennethreitz|kong)\/httpbin$/, image: { port: 80, answer: httpBin } },
  { name: /(^|\/)ealen\/echo-server$/, image: { port: 80, answer: ealenEcho } },
  { name: /(^|\/)mendhak\/http-https-echo$/, image: { port: 8080, answer: mendhakEcho } },
  { name: /(^|\/)stefanprodan\/podinfo$/, image: { port: 9898, answer: podinfo } },
  { name: /^(registry\.k8s\.io|k8s\.gcr\.io|gcr\.io\/google_containers)\/echoserver$/, image: { port: 8080, answer: echoServer } },
  { name: /(^|\/)hpa-example$/, image: { port: 80, answer: hpaExample } },
  { name: /(^|\/)docker-2048$/, image: { port: 80, answer: dockerGame } },
  { name: /(^|\/)nginxdemos\/hello$/, image: { port: 80, answer: nginxHello } },
  { name: /(^|\/)(nginx|nginx-unprivileged)$/, image: { port: 80, answer: nginx } },
  { name: /(^|\/)httpd$/, image: { port: 80, answer: httpd } },
];

/** Undefined for every other image: it answers as echo-basic does. */
export function imageOf({ image = "" }: Pick<Container, "image">): Image | undefined {
  const name = image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return images.find((row) => row.name.test(name))?.image;
}
