export { openApi } from "./api.ts";
export { matchesOutput } from "./console/match-output.ts";
export { type QuotedFile, readQuotedFiles, readSteps, type Step } from "./console/read-page.ts";
export { openShell, type Shell } from "./console/shell.ts";
export { curl } from "./curl.ts";
export { type Failure, type Load, type LoadResult, startLoad } from "./load.ts";
export { readSocket } from "./read-socket.ts";
export { type Answer, type Echo, openProxyClient, type ProxyClient, parseEcho, sendOnce } from "./request.ts";
export { readScenarios, type Scenario, type ScenarioRequest } from "./scenario.ts";
export { suspendNode } from "./suspend-node.ts";
export { hopsOf, latestTraces, traceOf } from "./trace.ts";
export { podsOf, rollOut, settle, type Workload } from "./workload.ts";
export {
  type Endpoints,
  endpointsOf,
  processesOf,
  startWorld,
  userOf,
  type World,
  type WorldKind,
  type WorldOptions,
  workspace,
  worldOf,
} from "./world.ts";
