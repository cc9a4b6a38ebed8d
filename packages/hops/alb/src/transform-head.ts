import { hostnameOf, type RequestHead } from "@loopway/http";
import { applyTransforms, type CompiledTransforms, type TransformStatus } from "@loopway/routing";

/** Fields 31 to 33 of the access log; a part that was not changed is "-". */
export interface LoggedTransform {
  host: string;
  uri: string;
  status: TransformStatus;
}

/** The head that the target gets by the rewrites of a rule; undefined when one of them fails: 500. */
export function transformHead(
  head: RequestHead,
  transforms: CompiledTransforms,
): { head: RequestHead | undefined; logged: LoggedTransform } {
  const host = hostnameOf(head.authority);
  const url = head.query === undefined ? head.path : `${head.path}?${head.query}`;
  const sent = applyTransforms(transforms, { host, port: head.authority.slice(host.length), url });
  const isNewUrl = sent.url !== url;
  if (sent.status === "TransformInvalidHost" || sent.status === "TransformInvalidPath")
    return { head: undefined, logged: { host: "-", uri: "-", status: sent.status } };
  const [path = "", ...query] = sent.url.split("?");
  return {
    head: {
      ...head,
      authority: sent.authority,
      ...(isNewUrl && { target: sent.url, form: "origin", path, query: query.length === 0 ? undefined : query.join("?") }),
    },
    logged: { host: sent.host === host ? "-" : sent.host, uri: isNewUrl ? sent.url : "-", status: sent.status },
  };
}
