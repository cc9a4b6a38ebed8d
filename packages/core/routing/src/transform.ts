// Rewrites of a rule. Source of the behaviour: ALB user guide, "Transforms for listener rules", and elbv2 RuleTransform.
import type { Problem, Transform } from "@loopway/model";
import type { CompileRegex, Regex } from "./regex.ts";

interface CompiledRewrite {
  regex: Regex;
  replace: string;
}

/** The rewrites of one rule; conditions have been matched before, against the request as it came. */
export interface CompiledTransforms {
  host?: CompiledRewrite;
  url?: CompiledRewrite;
}

export interface TransformableRequest {
  /** Of the Host header, without its port. */
  host: string;
  /** Of the Host header, with its colon; "" where it has none. */
  port: string;
  /** Path and query as one string, as in the request line. */
  url: string;
}

export interface TransformedRequest {
  host: string;
  /** Host and port: the port stays unless the new host brings its own, as the transform rewrites the domain name. */
  authority: string;
  url: string;
  status: TransformStatus;
}

/** Of the transform status codes of the access log ("Access logs", field 33) those that can happen here; "-" when nothing fitted. */
export type TransformStatus = "-" | "TransformSuccess" | "TransformInvalidHost" | "TransformInvalidPath";

/** elbv2 RewriteConfig. */
const MAX_LENGTH = 1024;
/** RFC 9110 section 7.2, as far as name servers know names; a port may follow. */
const HOST = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/;
const WITH_PORT = /:\d+$/;
const URL_TEXT = /^\/[\x21-\x7e]*$/;

/** Undefined for a rule without transforms. */
export function compileTransforms(
  rule: { id: string; transforms: readonly Transform[] },
  compileRegex: CompileRegex | undefined,
): { transforms: CompiledTransforms | undefined; problems: Problem[] } {
  if (rule.transforms.length === 0) return { transforms: undefined, problems: [] };
  const transforms: CompiledTransforms = {};
  const problems: Problem[] = [];
  for (const [index, transform] of rule.transforms.entries()) {
    const part = transform.type === "url-rewrite" ? "url" : "host";
    const compiled = transforms[part] === undefined ? compileRewrite(transform, compileRegex) : "a rule takes one of these";
    if (typeof compiled === "object") transforms[part] = compiled;
    else {
      const message = `${transform.type} transform: ${compiled}`;
      problems.push({ code: "E_INVALID", message, severity: "error", object: `Rule ${rule.id}`, path: `transforms[${index}]` });
    }
  }
  return { transforms, problems };
}

function compileRewrite(transform: Transform, compileRegex: CompileRegex | undefined): CompiledRewrite | string {
  if (compileRegex === undefined) return "needs the engine for regular expressions";
  const config = transform.type === "url-rewrite" ? transform.urlRewriteConfig : transform.hostHeaderRewriteConfig;
  const [rewrite, ...others] = config?.rewrites ?? [];
  if (rewrite === undefined || others.length > 0) return "takes exactly one rewrite";
  const { regex, replace } = rewrite;
  if (regex.length > MAX_LENGTH || replace.length > MAX_LENGTH) return `regex and replace have at most ${MAX_LENGTH} characters`;
  const compiled = compileRegex(regex, { ignoresCase: transform.type === "host-header-rewrite" });
  return typeof compiled === "string" ? compiled : { regex: compiled, replace };
}

/**
 * The request as it goes to the target: the first fit is replaced, `$1` to `$9` being its groups. What does not fit stays. Where the outcome
 * can stand in no request (an empty or spaced host, a URL that does not begin with a slash) the transform fails, and ALB answers 500.
 */
export function applyTransforms({ host, url }: CompiledTransforms, request: TransformableRequest): TransformedRequest {
  const newHost = host && rewrite(host, request.host);
  const newUrl = url && rewrite(url, request.url);
  const isWholeAuthority = newHost !== undefined && WITH_PORT.test(newHost);
  const transformed = {
    host: newHost ?? request.host,
    authority: isWholeAuthority ? newHost : `${newHost ?? request.host}${request.port}`,
    url: newUrl ?? request.url,
  };
  if (newHost !== undefined && !HOST.test(newHost)) return { ...transformed, status: "TransformInvalidHost" };
  if (newUrl !== undefined && !URL_TEXT.test(newUrl)) return { ...transformed, status: "TransformInvalidPath" };
  return { ...transformed, status: newHost === undefined && newUrl === undefined ? "-" : "TransformSuccess" };
}

/** Undefined when nothing fits. */
function rewrite({ regex, replace }: CompiledRewrite, text: string): string | undefined {
  const fit = regex.find(text);
  if (fit === undefined) return undefined;
  const filled = replace.replace(/\$([1-9])/g, (_, group: string) => fit.groups[Number(group)] ?? "");
  return text.slice(0, fit.start) + filled + text.slice(fit.end);
}
