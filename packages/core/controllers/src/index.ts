import type { Controller } from "@loopway/kube";
import { autoscalerController } from "./autoscaler/reconcile.ts";
import { certificateController } from "./certificate/reconcile.ts";
import { daemonSetController } from "./daemon-set/reconcile.ts";
import { deploymentController } from "./deployment/reconcile.ts";
import { disruptionController } from "./disruption/reconcile.ts";
import { endpointSliceController } from "./endpoint-slice/reconcile.ts";
import { externalDnsController } from "./external-dns/reconcile.ts";
import { garbageCollector } from "./garbage-collector/reconcile.ts";
import { jobController } from "./job/reconcile.ts";
import { listenerCertificateController } from "./listener-certificate/reconcile.ts";
import { loadBalancerController } from "./load-balancer/reconcile.ts";
import { networkLoadBalancerController } from "./network-load-balancer/reconcile.ts";
import { nodeLifecycleController } from "./node-lifecycle/reconcile.ts";
import { podGarbageCollector } from "./pod-garbage-collector/reconcile.ts";
import { replicaSetController } from "./replica-set/reconcile.ts";
import { schedulerController } from "./scheduler/reconcile.ts";
import { serviceController } from "./service/reconcile.ts";
import { statefulSetController } from "./stateful-set/reconcile.ts";
import { targetRegistrationController } from "./target-registration/reconcile.ts";

export { checkEviction } from "./disruption/check-eviction.ts";
export { hostsOf } from "./external-dns/endpoints.ts";
export { type AnnotatedAction, readActionAnnotation } from "./load-balancer/action-annotation.ts";
export { readText } from "./load-balancer/annotations.ts";
export { USE_ANNOTATION } from "./load-balancer/build-backend.ts";
export { covers as certificateCovers, hostsOf as certificateHosts } from "./load-balancer/certificates.ts";
export { CONDITION_FIELDS } from "./load-balancer/condition-annotation.ts";
export { flagsOf } from "./load-balancer/flags.ts";
export { readGoObjects } from "./load-balancer/go-json.ts";
export { groupProblems } from "./load-balancer/group-problems.ts";
export { classParamsOf } from "./load-balancer/ingress-class.ts";
export { loadGroup, membershipOf } from "./load-balancer/ingress-group.ts";
export { AWS_NAMESPACE } from "./load-balancer/names.ts";
export { groupOf } from "./load-balancer/plan-stack.ts";
export { countConditions } from "./load-balancer/refuse-stack.ts";
export { type Survey, type SurveyedGroup, surveyGroups, surveyMembers } from "./load-balancer/survey-groups.ts";
export { builtAnnotations, readOfServices } from "./load-balancer/unread-settings.ts";
export { refuseAllocation } from "./service/refuse-allocation.ts";
export { findServicePort } from "./service-port.ts";
export { withReadinessGates } from "./target-registration/inject-readiness-gates.ts";

/** Every controller of the region: from workloads to endpoints, then in the order in which an Ingress becomes reachable. */
export const controllers: readonly Controller[] = [
  serviceController,
  deploymentController,
  replicaSetController,
  statefulSetController,
  daemonSetController,
  jobController,
  autoscalerController,
  schedulerController,
  nodeLifecycleController,
  podGarbageCollector,
  disruptionController,
  endpointSliceController,
  certificateController,
  loadBalancerController,
  networkLoadBalancerController,
  listenerCertificateController,
  targetRegistrationController,
  externalDnsController,
  garbageCollector,
];
