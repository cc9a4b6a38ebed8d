import { type Kind, kinds } from "@loopway/model";
import type { RequestTarget } from "./api-request.ts";

const kindsByResource = new Map(kinds.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind]));

/**
 * /api/v1/namespaces/default/pods/web/status and its shorter forms; undefined when the API has no such resource. As the API server's
 * RequestInfoFactory: /api/v1/namespaces/NAME is the Namespace itself, with its own subresources.
 */
export function parseRequestTarget(path: string): RequestTarget | undefined {
  const parts = decodePath(path);
  if (parts === undefined) return undefined;
  const isCore = parts[0] === "api";
  if (!isCore && parts[0] !== "apis") return undefined;
  const [group, version, rest] = isCore ? ["", parts[1], parts.slice(2)] : [parts[1], parts[2], parts.slice(3)];
  const kindOf = (plural: string | undefined): Kind | undefined => kindsByResource.get(`${group}/${version}/${plural}`);

  const [first, namespace, plural, ...names] = rest;
  if (first === "namespaces" && namespace !== undefined && plural !== undefined && plural !== "status") {
    const kind = kindOf(plural);
    return kind?.namespaced === true ? targetOf(kind, names, namespace) : undefined;
  }
  const kind = kindOf(first);
  if (kind === undefined) return undefined;
  const rest2 = rest.slice(1);
  return kind.namespaced && rest2.length > 0 ? undefined : targetOf(kind, rest2, undefined);
}

function targetOf(kind: Kind, names: readonly string[], namespace: string | undefined): RequestTarget | undefined {
  const [name, subresource] = names;
  const isKnown = subresource === undefined || kind.subresources.some((known) => known === subresource);
  if (names.length > 2 || name === "" || !isKnown) return undefined;
  return {
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

function decodePath(path: string): string[] | undefined {
  try {
    return path.replace(/\/$/, "").split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
