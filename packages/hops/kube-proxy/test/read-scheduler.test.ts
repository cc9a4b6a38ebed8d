import { expect, test } from "vitest";
import { readScheduler } from "../src/read-scheduler.ts";

test.each([
  ["no ConfigMap", undefined, "random"],
  ["an empty one", "", "random"],
  ["mode iptables", "mode: iptables\nipvs:\n  scheduler: rr\n", "random"],
  ["mode nftables", 'mode: "nftables"\n', "random"],
  ["mode ipvs", "kind: KubeProxyConfiguration\nmode: ipvs\n", "rr"],
  ["ipvs with an empty scheduler", 'mode: "ipvs"\nipvs:\n  scheduler: ""\n', "rr"],
  ["ipvs with a scheduler and a comment", "ipvs:\n  minSyncPeriod: 1s\n  scheduler: lc # fewest\nmode: ipvs\n", "lc"],
  ["ipvs with one that we do not have", "mode: ipvs\nipvs:\n  scheduler: lblc\n", "rr"],
])("%s", (_name, text, expected) => {
  const data = text === undefined ? undefined : { "config.conf": text };
  const configMap = data && { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kube-proxy" }, data };
  expect(readScheduler(configMap)).toBe(expected);
});
