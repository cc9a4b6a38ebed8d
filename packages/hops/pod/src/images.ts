import { type ImageId, wellKnownImage } from "@loopway/kube";
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

const answers: Readonly<Record<ImageId, (asked: Asked) => EchoAnswer>> = {
  agnhost,
  whoami,
  "http-echo": httpEcho,
  "hello-app": helloApp,
  httpbin: httpBin,
  "ealen-echo": ealenEcho,
  "mendhak-echo": mendhakEcho,
  podinfo,
  echoserver: echoServer,
  "hpa-example": hpaExample,
  "docker-2048": dockerGame,
  "nginx-hello": nginxHello,
  nginx,
  httpd,
};

/** What a container of a well-known image answers; undefined for every other image: it answers as echo-basic does. */
export function imageAnswer(container: Container): ((asked: Asked) => EchoAnswer) | undefined {
  const image = wellKnownImage(container);
  return image === undefined ? undefined : answers[image.id];
}
