import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Every process of the product: the name of its bundle in dist/ and the file it starts with. */
export const bundles: ReadonlyArray<{ name: string; entry: string }> = [
  { name: "loopway", entry: "packages/tools/cli/src/main.ts" },
  { name: "control-plane", entry: "packages/region/control-plane/src/main.ts" },
  { name: "store-worker", entry: "packages/region/control-plane/src/store-worker.ts" },
  { name: "supervisor", entry: "packages/region/supervisor/src/main.ts" },
  { name: "collector", entry: "packages/region/collector/src/main.ts" },
  { name: "client", entry: "packages/hops/client/src/main.ts" },
  { name: "route53", entry: "packages/hops/route53/src/main.ts" },
  { name: "alb", entry: "packages/hops/alb/src/main.ts" },
  { name: "nlb", entry: "packages/hops/nlb/src/main.ts" },
  { name: "coredns", entry: "packages/hops/coredns/src/main.ts" },
  { name: "kube-proxy", entry: "packages/hops/kube-proxy/src/main.ts" },
  { name: "edge", entry: "packages/hops/edge/src/main.ts" },
  { name: "pod", entry: "packages/hops/pod/src/main.ts" },
];
