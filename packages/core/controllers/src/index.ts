import type { Controller } from "@loopway/kube";
import { externalDnsController } from "./external-dns/reconcile.ts";
import { loadBalancerController } from "./load-balancer/reconcile.ts";
import { targetRegistrationController } from "./target-registration/reconcile.ts";

/** Every controller of the region, in the order in which an Ingress becomes reachable. */
export const controllers: readonly Controller[] = [loadBalancerController, targetRegistrationController, externalDnsController];
