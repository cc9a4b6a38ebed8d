import { type Answer, type Forward, isNotFound, stableJson } from "./answer.ts";

/** What happens to requests, as a reviewer would say it: the schema's words, each with its sentence. */
export const changeKinds = {
  "auth-lost": "authentication lost",
  "auth-gained": "authentication gained",
  "auth-changed": "authentication changed",
  "now-404": "now 404",
  "now-answered": "answered where it was 404",
  moved: "moved to another backend",
  redirected: "now redirected",
  "redirect-changed": "redirect changed",
  "redirect-lost": "no longer redirected",
  "now-fixed-response": "answered by the load balancer itself",
  "fixed-response-changed": "fixed response changed",
  "weights-changed": "weights changed",
  "target-changed": "the same backend, reached another way",
  "rewrite-changed": "rewrites changed",
  "headers-changed": "headers at the backend or in the answer changed",
  "listener-lost": "listener lost",
  "listener-gained": "listener gained",
  "tls-lost": "TLS lost",
  "tls-gained": "TLS gained",
  "tls-changed": "TLS settings changed",
  "scheme-changed": "scheme changed",
  "load-balancer-changed": "another load balancer",
} as const;

export type ChangeKind = keyof typeof changeKinds;

/** The most that changes: who lost authentication will want to read that first. Of two different answers. */
export function kindOf(before: Answer, after: Answer): ChangeKind {
  if (isNotFound(after) && !isNotFound(before)) return "now-404";
  if (isNotFound(before) && !isNotFound(after) && after.routing.kind !== "redirect") return "now-answered";
  if (before.auth !== after.auth) {
    if (before.auth === undefined) return "auth-gained";
    return after.auth === undefined ? "auth-lost" : "auth-changed";
  }
  // What else could differ are settings that are not shown.
  if (before.auth !== undefined && stableJson(before) === stableJson(after)) return "auth-changed";
  const [old, young] = [before.routing, after.routing];
  if (young.kind === "redirect") return old.kind === "redirect" ? "redirect-changed" : "redirected";
  if (old.kind === "redirect") return "redirect-lost";
  if (old.kind === "forward" && young.kind === "forward") return kindOfForwards(old, young);
  if (old.kind === "fixed-response" && young.kind === "fixed-response" && stableJson(old) !== stableJson(young))
    return "fixed-response-changed";
  return old.kind === young.kind ? "rewrite-changed" : young.kind === "forward" ? "moved" : "now-fixed-response";
}

function kindOfForwards(old: Forward, young: Forward): ChangeKind {
  const names = ({ backends }: Forward) => [...new Set(backends.map(({ service }) => service))].sort().join();
  const ways = ({ backends }: Forward) => stableJson(backends.map(({ share: _, ...way }) => way));
  if (names(old) !== names(young)) return "moved";
  if (ways(old) !== ways(young)) return "target-changed";
  return stableJson(old) === stableJson(young) ? "rewrite-changed" : "weights-changed";
}
