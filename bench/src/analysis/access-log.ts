import { once } from "node:events";
import { createWriteStream } from "node:fs";

/** Lines written at once. */
const BATCH = 10_000;
/** What the manifests of the example say: path, priority, service; the default action for the last. */
const routes = [
  { path: "/v1/payment/", priority: 1 },
  { path: "/v1/order/", priority: 2 },
  { path: "/health/", priority: 0 },
] as const;
const AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/** An access log of the example's api.example.com, no path twice, as its own load balancer would write it. */
export async function writeAccessLog(path: string, lines: number): Promise<void> {
  const file = createWriteStream(path);
  for (let from = 0; from < lines; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, lines - from) }, (_, index) => formatLine(from + index));
    if (!file.write(batch.join(""))) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
}

function formatLine(ordinal: number): string {
  const { path, priority } = routes[ordinal % routes.length] ?? routes[0];
  const isForwarded = priority > 0;
  const group = `arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/group-${priority}/0123456789abcdef`;
  return (
    `http 2026-11-25T01:02:03.123456Z app/production/50dc6c495c0c9188 10.0.${ordinal & 255}.7:${1024 + (ordinal % 60_000)} ` +
    `${isForwarded ? "10.0.1.5:8080 0.000 0.012 0.000 200 200" : "- -1 -1 -1 404 -"} 345 1234 ` +
    `"GET http://api.example.com:80${path}${ordinal}/items?page=${ordinal % 10}&sort=asc HTTP/1.1" "${AGENT}" - - ` +
    `${isForwarded ? group : "-"} "Root=1-67891233-abcdef012345678912345678" "-" "-" ${priority} 2026-11-25T01:02:03.110000Z ` +
    `"${isForwarded ? "forward" : "fixed-response"}" "-" "-" "-" "-" "-" "-" TID_0123456789abcdef "-" "-" "-"\n`
  );
}
