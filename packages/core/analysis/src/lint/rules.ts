import type { LintRule } from "./rule.ts";
import { authOnHttp } from "./rules/auth-on-http.ts";
import { catchAllFirst } from "./rules/catch-all-first.ts";
import { clusterIpInstance } from "./rules/cluster-ip-instance.ts";
import { danglingPort } from "./rules/dangling-port.ts";
import { danglingService } from "./rules/dangling-service.ts";
import { drainingTooShort, graceTooShort } from "./rules/draining.ts";
import { droppedRule } from "./rules/dropped-rule.ts";
import { duplicateRule } from "./rules/duplicate-rule.ts";
import { foreignAnnotation } from "./rules/foreign-annotation.ts";
import { groupBlocked } from "./rules/group-blocked.ts";
import { grpcSuccessCodes, grpcWithoutHttps } from "./rules/grpc.ts";
import { healthCheckPath } from "./rules/health-check-path.ts";
import { healthCheckPort } from "./rules/health-check-port.ts";
import { hostWithoutZone } from "./rules/host-without-zone.ts";
import { implementationSpecificPath } from "./rules/implementation-specific-path.ts";
import { keepAlive } from "./rules/keep-alive.ts";
import { misplacedAnnotation } from "./rules/misplaced-annotation.ts";
import { missingCertificate } from "./rules/missing-certificate.ts";
import { misspeltAnnotation } from "./rules/misspelt-annotation.ts";
import { noIngressClass } from "./rules/no-ingress-class.ts";
import { quotaExceeded, quotaMeter, quotaNear } from "./rules/quota.ts";
import { readinessGate } from "./rules/readiness-gate.ts";
import { redirectLoop } from "./rules/redirect-loop.ts";
import {
  duplicateObject,
  failedBuildModel,
  failedDeployModel,
  failedLoadGroupId,
  invalidObject,
  unreadableDocument,
  unservedVersion,
} from "./rules/refusals.ts";
import { selectorMatchesNothing } from "./rules/selector-matches-nothing.ts";
import { shadowedRule } from "./rules/shadowed-rule.ts";
import { sharedLoadBalancer } from "./rules/shared-load-balancer.ts";
import { sslRedirectDropsRules } from "./rules/ssl-redirect-drops-rules.ts";
import { stickyTargets } from "./rules/sticky-targets.ts";
import { tlsIgnored } from "./rules/tls-ignored.ts";
import { unknownConditionField } from "./rules/unknown-condition-field.ts";
import { unreachableBackend } from "./rules/unreachable-backend.ts";
import { unregistrableTargets } from "./rules/unregistrable-targets.ts";
import { unresolvedAction } from "./rules/unresolved-action.ts";
import { unusedAnnotation } from "./rules/unused-annotation.ts";
import { weightMissingService } from "./rules/weight-missing-service.ts";
import { wildcardPath } from "./rules/wildcard-path.ts";

/** In the order in which a manifest becomes traffic: objects, groups, rules, backends, targets, listeners, load balancer, rollouts. */
export const lintRules: readonly LintRule[] = [
  unreadableDocument,
  invalidObject,
  unservedVersion,
  duplicateObject,
  failedLoadGroupId,
  failedBuildModel,
  failedDeployModel,
  noIngressClass,
  groupBlocked,
  sharedLoadBalancer,
  wildcardPath,
  implementationSpecificPath,
  shadowedRule,
  duplicateRule,
  catchAllFirst,
  droppedRule,
  redirectLoop,
  sslRedirectDropsRules,
  danglingService,
  danglingPort,
  weightMissingService,
  unresolvedAction,
  unusedAnnotation,
  unknownConditionField,
  misspeltAnnotation,
  foreignAnnotation,
  misplacedAnnotation,
  clusterIpInstance,
  unregistrableTargets,
  selectorMatchesNothing,
  unreachableBackend,
  healthCheckPort,
  healthCheckPath,
  grpcSuccessCodes,
  grpcWithoutHttps,
  stickyTargets,
  missingCertificate,
  tlsIgnored,
  authOnHttp,
  hostWithoutZone,
  quotaExceeded,
  quotaNear,
  quotaMeter,
  readinessGate,
  graceTooShort,
  drainingTooShort,
  keepAlive,
];
