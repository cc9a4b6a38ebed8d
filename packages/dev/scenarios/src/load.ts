import type { Answer, ProxyClient } from "./request.ts";

export interface LoadResult {
  sent: number;
  failures: Failure[];
  /** Answers by the pod that gave them. */
  pods: Map<string, number>;
}

export interface Failure {
  url: string;
  /** Status, or the socket's error code. */
  what: string;
  /** Since the load began. */
  sentAtMs: number;
  atMs: number;
}

export interface Load {
  /** Live: grows while the load runs. */
  readonly result: LoadResult;
  /** Sends no more, waits for the answers under way. */
  stop(): Promise<LoadResult>;
}

/** Sends `rate` requests a second, open-loop: a slow answer delays none of the others. */
export function startLoad(client: ProxyClient, url: (ordinal: number) => string, rate: number): Load {
  const result: LoadResult = { sent: 0, failures: [], pods: new Map() };
  const startedAt = performance.now();
  const underWay = new Set<Promise<void>>();
  const sendDue = () => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * rate);
    while (result.sent < due) {
      const sentAtMs = performance.now() - startedAt;
      const asked = url(result.sent);
      const fail = (what: string) => void result.failures.push({ url: asked, what, sentAtMs, atMs: performance.now() - startedAt });
      const sent = client
        .send(asked)
        .then((answer) => count(result, answer, fail))
        .catch((error: { code?: string }) => fail(error.code ?? String(error)))
        .finally(() => underWay.delete(sent));
      underWay.add(sent);
      result.sent += 1;
    }
  };
  const timer = setInterval(sendDue, 5);
  return {
    result,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      return result;
    },
  };
}

function count(result: LoadResult, answer: Answer, fail: (what: string) => void): void {
  if (answer.status !== 200) {
    fail(String(answer.status));
    return;
  }
  const { pod } = JSON.parse(answer.body) as { pod: string };
  result.pods.set(pod, (result.pods.get(pod) ?? 0) + 1);
}
