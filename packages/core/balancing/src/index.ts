export { candidateEndpoints, type EndpointConditions } from "./candidate-endpoints.ts";
export { candidateTargets, type TargetCandidates } from "./candidate-targets.ts";
export { pickRoundRobin, pickUniform, pickWeighted } from "./pick.ts";
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
