/** A case's manifests and settings → what the builders of a stack share. */
import { addressPlan, type Certificate, type Ingress, type KubeObject, type LoadBalancer } from "@loopway/model";
import { type ControllerFlags, defaultFlags } from "../../src/load-balancer/flags.ts";
import { AWS_NAMESPACE } from "../../src/load-balancer/names.ts";
import { type StackBuild, startBuild } from "../../src/load-balancer/stack-build.ts";
import { STACK_TAG } from "../../src/load-balancer/tags.ts";
import type { Case } from "./read-case.ts";

const FIRST_WORD = /^\S+/;

export function ingressesOf({ objects }: Case): Ingress[] {
  return objects.filter((object): object is Ingress => object.kind === "Ingress");
}

/** With all Ingresses of the case as members, whatever their names say. */
export function buildOf(one: Case, groupId: string, members: readonly Ingress[] = ingressesOf(one)): StackBuild {
  const snapshot = snapshotOf([...one.objects, ...existingLoadBalancer(one, groupId), ...assumedCertificates(one)]);
  const settings = { plan: addressPlan(0), strict: true, serves: { https: true } };
  return startBuild({ groupId, members, snapshot, settings, random: () => 0, flags: flagsOf(one) });
}

function flagsOf({ settings, scope }: Case): ControllerFlags {
  const backendSecurityGroup = FIRST_WORD.exec(String(settings.backendSecurityGroup ?? ""))?.[0];
  const named = Object.fromEntries(
    Object.entries({
      clusterName: settings.clusterName,
      defaultTargetType: settings.defaultTargetType,
      defaultLoadBalancerScheme: settings.defaultLoadBalancerScheme,
      defaultSslPolicy: settings.defaultSSLPolicy,
      defaultTags: settings.defaultTags,
      externalManagedTags: settings.externalManagedTags,
      enableBackendSecurityGroup: settings.enableBackendSG,
      enableManageBackendSecurityGroupRules: settings.enableManageBackendSGRules,
      enableIpTargetType: settings.enableIPTargetType,
      backendSecurityGroup,
      discoveredSubnets: settings.discoveredSubnets,
      tolerateNonExistentBackendService: settings.tolerateNonExistentBackendService,
      tolerateNonExistentBackendAction: settings.tolerateNonExistentBackendAction,
    }).filter(([, value]) => value !== undefined),
  );
  // Said in a note of each case of this scope, not as a setting.
  const ofScope = scope === "actionFromAnnotation" ? { tolerateNonExistentBackendAction: false } : {};
  return { ...defaultFlags, ...ofScope, ...named };
}

function existingLoadBalancer({ settings }: Case, groupId: string): LoadBalancer[] {
  const existing = settings.existingLoadBalancer as { subnets: string[]; scheme: "internal" | "internet-facing" } | undefined;
  if (existing === undefined) return [];
  const tags = [{ key: STACK_TAG, value: groupId }];
  return [
    {
      apiVersion: "elbv2.services.k8s.aws/v1alpha1",
      kind: "LoadBalancer",
      metadata: { name: "existing", namespace: AWS_NAMESPACE },
      spec: { name: "existing", type: "application", ...existing, tags },
    },
  ];
}

/** One for each host, where a note says so. */
function assumedCertificates(one: Case): Certificate[] {
  if (!one.notes.some((note) => note.includes("a certificate source must be assumed present"))) return [];
  const hosts = ingressesOf(one).flatMap(({ spec }) => (spec?.rules ?? []).flatMap(({ host }) => host ?? []));
  return hosts.map((domainName) => ({
    apiVersion: "acm.services.k8s.aws/v1alpha1",
    kind: "Certificate",
    metadata: { name: domainName, namespace: AWS_NAMESPACE },
    spec: { domainName },
    status: { status: "ISSUED", ackResourceMetadata: { arn: `arn:aws:acm:us-east-1:000000000000:certificate/${domainName}` } },
  }));
}

export function snapshotOf(objects: readonly KubeObject[]): StackBuild["snapshot"] {
  return {
    get: <T extends KubeObject>(kind: string, namespace: string | undefined, name: string) =>
      objects.find(({ kind: itsKind, metadata }) => itsKind === kind && metadata.name === name && metadata.namespace === namespace) as
        | T
        | undefined,
    list: <T extends KubeObject>(kind: string, { namespace }: { namespace?: string } = {}) =>
      objects.filter(
        ({ kind: itsKind, metadata }) => itsKind === kind && (namespace === undefined || metadata.namespace === namespace),
      ) as T[],
  };
}
