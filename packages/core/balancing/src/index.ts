export { agreeOnHealth } from "./agree-on-health.ts";
export {
  candidateEndpoints,
  type EndpointVerdict,
  judgeEndpoints,
  type Place,
  type PlacedEndpoint,
  type TrafficPolicy,
} from "./candidate-endpoints.ts";
export { candidateTargets, type TargetCandidates } from "./candidate-targets.ts";
export { decodeGroupCookie, formatGroupCookies, GROUP_COOKIES } from "./group-cookie.ts";
export { hashText } from "./hash-text.ts";
export { type OfferedEndpoint, offeredEndpoints } from "./offered-endpoints.ts";
export { pickRoundRobin, pickUniform, pickWeighted } from "./pick.ts";
export { type GroupChoice, pickTargetGroup } from "./pick-target-group.ts";
export { SCHEDULERS, type ScheduledConnection, type Scheduler, schedule } from "./scheduler.ts";
export { SessionAffinity } from "./session-affinity.ts";
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
