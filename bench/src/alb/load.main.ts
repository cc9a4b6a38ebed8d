// autocannon on 64 kept-alive connections, and the CPU time of the process that they lead to. Prints one Sample as JSON.
// Arguments: URL, LOAD, PID, seconds of warm-up, seconds that count.
import { matchLinear } from "@loopway/routing";
import autocannon from "autocannon";
import type { Sample } from "../bench-case.ts";
import { buildWorkload } from "../matcher/workload.ts";
import { cpuNs } from "../process/cpu-time.ts";

const CONNECTIONS = 64;
const REQUESTS_EACH = 50;
/** How often autocannon looks whether its time is over. */
const SAMPLE_MS = 100;

const [url = "", load = "", pidText = "", warmUpSeconds = "", seconds = ""] = process.argv.slice(2);
const pid = Number(pidText);

/** Only what a rule takes: a load balancer's own 404 would be the cheaper answer, and no proxying. */
function buildRequests(): { method: string; path: string; headers: Record<string, string> }[] {
  const { rules, requests } = buildWorkload(load);
  const hits = requests.filter((request) => matchLinear(rules, request) !== undefined);
  return hits.map(({ method, host, path, query, keys, values }) => ({
    method,
    path: query === undefined ? path : `${path}?${query}`,
    headers: { ...Object.fromEntries(keys.map((key, index) => [key, values[index] ?? ""])), host },
  }));
}

/** Each connection has requests of its own. Resolves to the number of answers; all must be 200. */
async function send(duration: number): Promise<number> {
  const requests = buildRequests();
  let sent = 0;
  let firstError: Error | undefined;
  const run = autocannon({
    url,
    connections: CONNECTIONS,
    duration,
    sampleInt: SAMPLE_MS,
    setupClient: (client) => {
      client.setRequests(requests.slice(sent, sent + REQUESTS_EACH));
      sent = (sent + REQUESTS_EACH) % (requests.length - REQUESTS_EACH);
    },
  });
  run.on("reqError", (error) => {
    firstError ??= error;
  });
  const result = await run;
  const { non2xx, errors, timeouts } = result;
  if (non2xx + errors + timeouts > 0)
    throw new Error(`${non2xx} answers were not 200, ${errors} errors, ${timeouts} time-outs`, { cause: firstError });
  return result["2xx"];
}

await send(Number(warmUpSeconds));
const cpuBefore = cpuNs(pid);
const startedAt = performance.now();
const answers = await send(Number(seconds));
const sample: Sample = {
  cpuUsPerRequest: (cpuNs(pid) - cpuBefore) / 1000 / answers,
  requestsPerSecond: answers / ((performance.now() - startedAt) / 1000),
};
console.log(JSON.stringify(sample));
