import { explicitPort, hostnameOf, type RequestHead } from "@loopway/http";
import { applyTransforms, type CompiledTransforms, type TransformStatus } from "@loopway/routing";

/** Fields 31 to 33 of the access log; a part that was not changed is "-". */
export interface LoggedTransform {
  host: string;
  uri: string;
  status: TransformStatus;
}

/**
 * The head that the target gets by the rewrites of a rule; undefined when one of them fails: 500. A port in Host stays unless the new host brings
 * its own: the transform rewrites the domain name (ALB user guide, "Transforms for listener rules").
 */
export function transformHead(
  head: RequestHead,
  transforms: CompiledTransforms,
): { head: RequestHead | undefined; logged: LoggedTransform } {
  const host = hostnameOf(head.authority);
  const url = head.query === undefined ? head.path : `${head.path}?${head.query}`;
  const sent = applyTransforms(transforms, { host, url });
  const isNewHost = sent.host !== host;
  const isNewUrl = sent.url !== url;
  if (sent.status === "TransformInvalidHost" || sent.status === "TransformInvalidPath")
    return { head: undefined, logged: { host: "-", uri: "-", status: sent.status } };
  const port = explicitPort(sent.host) === undefined ? head.authority.slice(host.length) : "";
  const [path = "", ...query] = sent.url.split("?");
  return {
    head: {
      ...head,
      authority: isNewHost ? sent.host + port : head.authority,
      ...(isNewUrl && { target: sent.url, form: "origin", path, query: query.length === 0 ? undefined : query.join("?") }),
    },
    logged: { host: isNewHost ? sent.host : "-", uri: isNewUrl ? sent.url : "-", status: sent.status },
  };
}
