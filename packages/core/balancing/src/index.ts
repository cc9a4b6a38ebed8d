export { candidateEndpoints, type EndpointConditions } from "./candidate-endpoints.ts";
export { candidateTargets, type TargetCandidates } from "./candidate-targets.ts";
export { decodeGroupCookie, formatGroupCookies, GROUP_COOKIES } from "./group-cookie.ts";
export { pickRoundRobin, pickUniform } from "./pick.ts";
export { type GroupChoice, pickTargetGroup } from "./pick-target-group.ts";
export {
  beginHealthChecks,
  deregisterTarget,
  type HealthCheckResult,
  type HealthThresholds,
  isDrained,
  recordHealthCheck,
  registerTarget,
  type TargetHealthRecord,
  unusedTarget,
} from "./target-health.ts";
