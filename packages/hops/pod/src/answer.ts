// What one request of this pod is answered: by its container's image, then as the stub's settings bend it.
import { type PodPort, probePaths } from "@loopway/kube";
import type { Pod } from "@loopway/model";
import { type EchoAnswer, type EchoContext, type EchoRequest, echo } from "./echo.ts";
import { imageAnswer } from "./images.ts";
import type { Stub } from "./stub.ts";

export interface AnswerOptions {
  pod: Pod;
  podIP: string;
  port: PodPort;
  stub: Stub;
}

export interface Question {
  request: EchoRequest;
  /** "127.10.1.10:41234" */
  remote: string;
  isProbe: boolean;
}

/** Prepared once for each port. */
export function createAnswerer({ pod, podIP, port, stub }: AnswerOptions): (question: Question) => EchoAnswer {
  const container = pod.spec.containers.find(({ name }) => name === port.container) ?? { name: port.container };
  const answerOf = imageAnswer(container);
  const context = contextOf(pod, port);
  const byImage = ({ request, remote }: Question): EchoAnswer => {
    if (answerOf === undefined) return echo(request, context);
    const asked = { request, container, pod: context.pod, podIP, remote, now: new Date().toISOString() };
    const answer = answerOf(asked);
    // As with the echo: a stub passes its own probes, whatever its image would answer there.
    const isPassed = answer.status >= 400 && context.probePaths.has(request.target.split("?", 1)[0] ?? "");
    return isPassed ? { ...answer, status: 200 } : answer;
  };
  return (question) => {
    if (!stub.isHealthy()) return failed(503);
    if (question.isProbe) return byImage(question);
    const status = stub.failure();
    const answer = status === undefined ? byImage(question) : failed(status);
    stub.worked();
    return { ...answer, delayMs: answer.delayMs + stub.latencyMs() };
  };
}

function failed(status: number): EchoAnswer {
  return {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8" },
    body: "stub: as its annotations say\n",
    delayMs: 0,
    isEcho: false,
  };
}

/** echo-basic reads its names from the environment; a manifest that sets them is believed, else the pod's own are told. */
function contextOf(pod: Pod, { port, container }: PodPort): EchoContext {
  const env = pod.spec.containers.find(({ name }) => name === container)?.env ?? [];
  const variable = (name: string) => env.find((entry) => entry.name === name)?.value;
  return {
    httpPort: String(port),
    namespace: variable("NAMESPACE") ?? pod.metadata.namespace ?? "default",
    ingress: variable("INGRESS_NAME") ?? "",
    service: variable("SERVICE_NAME") ?? "",
    pod: variable("POD_NAME") ?? pod.metadata.name,
    probePaths: probePaths(pod),
  };
}
