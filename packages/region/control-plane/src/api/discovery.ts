/** Plain discovery: which groups, versions and resources there are. Kubernetes API concepts, "API Discovery"; no aggregated form. */
import { apiVersionOf, type Kind, kinds } from "@loopway/model";
import { versionAnswer } from "../version.ts";
import { type ApiAnswer, answer } from "./api-request.ts";

/** Subresources that are of another kind than their object. */
const subresourceKinds: Readonly<Record<string, { group: string; version: string; kind: string }>> = {
  scale: { group: "autoscaling", version: "v1", kind: "Scale" },
  eviction: { group: "policy", version: "v1", kind: "Eviction" },
};
const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** The answer to a discovery path; undefined for any other path. */
export function discover(path: string): ApiAnswer | undefined {
  switch (path.replace(/\/$/, "")) {
    case "/version":
      return answer(200, versionAnswer());
    case "/healthz":
    case "/livez":
    case "/readyz":
      return answer(200, "ok");
    case "/api":
      return answer(200, { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] });
    case "/apis":
      return answer(200, { kind: "APIGroupList", apiVersion: "v1", groups: groupVersions().map(group) });
    default:
      return resourcesAt(path);
  }
}

/** In the order of `kinds`, which decides what a bare plural means to kubectl. */
function groupVersions(): Pick<Kind, "group" | "version">[] {
  const seen = new Map(kinds.filter((kind) => kind.group !== "").map(({ group, version }) => [group, { group, version }]));
  return [...seen.values()];
}

function group({ group: name, version }: Pick<Kind, "group" | "version">) {
  const groupVersion = { groupVersion: `${name}/${version}`, version };
  return { name, versions: [groupVersion], preferredVersion: groupVersion };
}

function resourcesAt(path: string): ApiAnswer | undefined {
  const [root, ...rest] = path.replace(/\/$/, "").split("/").slice(1);
  if (root === "apis" && rest.length === 1) {
    const found = groupVersions().find((candidate) => candidate.group === rest[0]);
    return found === undefined ? undefined : answer(200, { kind: "APIGroup", apiVersion: "v1", ...group(found) });
  }
  if (root !== (rest.length === 1 ? "api" : "apis")) return undefined;
  const groupVersion = rest.join("/");
  const here = kinds.filter((kind) => apiVersionOf(kind) === groupVersion);
  if (here.length === 0) return undefined;
  return answer(200, { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: here.flatMap(resources) });
}

function resources({ plural, singular, namespaced, kind, shortNames, categories, subresources, measured }: Kind) {
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs: measured ? ["get", "list"] : VERBS,
      ...(shortNames.length === 0 ? {} : { shortNames }),
      ...(categories.length === 0 ? {} : { categories }),
    },
    ...subresources.map((name) => ({
      name: `${plural}/${name}`,
      singularName: "",
      namespaced,
      ...(subresourceKinds[name] ?? { kind }),
      verbs: name === "eviction" ? ["create"] : ["get", "patch", "update"],
    })),
  ];
}
