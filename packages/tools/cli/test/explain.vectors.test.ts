/** Other people's applications: every host and path of every Ingress is answered for, or the Ingress is refused by file, line and reason. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { explain, type Settled, settle } from "@loopway/analysis";
import { type Ingress, type KubeObject, objectKey, SOURCE_ANNOTATION } from "@loopway/model";
import { loadRegexEngine } from "@loopway/routing";
import { vectorsFolder } from "@loopway/testkit";
import { describe, expect, test } from "vitest";
import { readInput } from "../src/manifests.ts";

const folder = vectorsFolder("real-manifests");
const compileRegex = await loadRegexEngine();
const sets =
  folder === undefined ? [] : readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

/** As it is read: nothing in it is sure yet. */
function ingressesIn(objects: readonly KubeObject[]): Ingress[] {
  return objects.filter((object): object is Ingress => object.kind === "Ingress");
}

function settleAll(objects: readonly KubeObject[]): Settled {
  return settle(objects, { strict: true, now: 0, compileRegex });
}

/** Requests that the Ingress writes: a host and a path as it stands there, wildcards filled. */
function urlsOf({ spec }: Ingress): string[] {
  return (spec?.rules ?? []).flatMap(({ host = "any.example.com", http }) =>
    (http?.paths ?? []).map(({ path = "/" }) => `http://${host.replace("*", "any")}${path.replaceAll(/[*^$()|\\?\s]/g, "")}`),
  );
}

describe.skipIf(folder === undefined)("every Ingress of a set is answered for", () => {
  test.each(sets)("%s", (name) => {
    const { objects, problems } = readInput([join(folder ?? "", name)]);
    for (const problem of problems) expect(problem.source).toMatch(/:\d+$/);
    for (const ingress of ingressesIn(objects)) {
      // A set may hold variants of one Ingress: each is looked at in its turn, the last of a name counts.
      const settled = settleAll([...objects.filter((object) => object !== ingress), ingress]);
      expect(settled.problems.filter(({ code }) => code === "ControllerPanicked")).toEqual([]);
      const key = objectKey({ metadata: { namespace: "default", ...ingress.metadata, name: ingress.metadata.name ?? "" } });
      const entry = settled.loadBalancers.find(({ ingresses }) => ingresses.some((one) => objectKey(one) === key));
      if (entry === undefined) expect(whyRefused(key, ingress, settled), key).toMatch(/.+ \(.+:\d+\)$/);
      else
        for (const url of urlsOf(ingress)) expect(answerTo(url, entry.loadBalancer.status?.dnsName ?? "", settled), url).toBe("answered");
    }
  });
});

/** The first problem of the Ingress, or of the group that it is in, with its file and line. */
function whyRefused(key: string, { metadata }: Ingress, { problems }: Settled): string {
  const own = problems.find(({ object }) => object === `Ingress ${key}`);
  const group = metadata.annotations?.["alb.ingress.kubernetes.io/group.name"];
  const problem = own ?? (group === undefined ? undefined : problems.find(({ severity }) => severity === "error"));
  return problem === undefined ? "" : `${problem.message} (${problem.source ?? metadata.annotations?.[SOURCE_ANNOTATION]})`;
}

/** Asked by the load balancer's own name, so that no zone has to be there; on the port that it listens on. */
function answerTo(url: string, dnsName: string, settled: Settled): string {
  const { host } = new URL(url);
  const path = url.slice(url.indexOf(host) + host.length) || "/";
  const outcomes = ["http", "https"].flatMap((scheme) => {
    const headers = [{ name: "Host", value: host }];
    const { visits } = explain(settled, { method: "GET", url: `${scheme}://${dnsName}${path}`, headers, sourceIp: "10.0.0.1" });
    return visits[0]?.rule === undefined || visits[0].response === undefined ? [] : ["answered"];
  });
  return outcomes[0] ?? `no listener takes ${url}`;
}
