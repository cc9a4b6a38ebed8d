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

export interface TransformedRequest {
  /** What goes on as the Host header. */
  host: string;
  /** Path and query as one string, as in the request line. */
  url: string;
}

/** elbv2 RewriteConfig. */
const MAX_LENGTH = 1024;

/** @param compileRegex that of loadRegexEngine: a rule with transforms always needs it */
export function compileTransforms(
  rule: { id: string; transforms: readonly Transform[] },
  compileRegex: CompileRegex,
): { transforms: CompiledTransforms; problems: Problem[] } {
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

function compileRewrite(transform: Transform, compileRegex: CompileRegex): CompiledRewrite | string {
  const config = transform.type === "url-rewrite" ? transform.urlRewriteConfig : transform.hostHeaderRewriteConfig;
  const [rewrite, ...others] = config?.rewrites ?? [];
  if (rewrite === undefined || others.length > 0) return "takes exactly one rewrite";
  const { regex, replace } = rewrite;
  if (regex.length > MAX_LENGTH || replace.length > MAX_LENGTH) return `regex and replace have at most ${MAX_LENGTH} characters`;
  const compiled = compileRegex(regex, { ignoresCase: transform.type === "host-header-rewrite" });
  return typeof compiled === "string" ? compiled : { regex: compiled, replace };
}

/**
 * The request as it goes to the target: the first fit is replaced, `$1` to `$9` being its groups. What does not fit stays. undefined when the
 * outcome can stand in no request (an empty or spaced host, a URL that does not begin with a slash): ALB answers 500 when a transform fails.
 */
export function applyTransforms({ host, url }: CompiledTransforms, request: TransformedRequest): TransformedRequest | undefined {
  const transformed = {
    host: host === undefined ? request.host : rewrite(host, request.host),
    url: url === undefined ? request.url : rewrite(url, request.url),
  };
  const hostFails = host !== undefined && !/^[\x21-\x7e]+$/.test(transformed.host);
  const urlFails = url !== undefined && !/^\/[\x21-\x7e]*$/.test(transformed.url);
  return hostFails || urlFails ? undefined : transformed;
}

function rewrite({ regex, replace }: CompiledRewrite, text: string): string {
  const fit = regex.find(text);
  if (fit === undefined) return text;
  const filled = replace.replace(/\$([1-9])/g, (_, group: string) => fit.groups[Number(group)] ?? "");
  return text.slice(0, fit.start) + filled + text.slice(fit.end);
}
