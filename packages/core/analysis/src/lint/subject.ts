// What every rule reads: the objects as they were given, and every load balancer as the controller would build it of them.
import { flagsOf, type Survey, type SurveyedGroup, surveyGroups, surveyMembers } from "@loopway/controllers";
import type { ControllerSettings, Snapshot } from "@loopway/kube";
import {
  addressPlan,
  type Certificate,
  type HostedZone,
  type Ingress,
  type KubeObject,
  type Problem,
  type Quotas,
  type Service,
} from "@loopway/model";
import type { SettleOptions } from "../settled.ts";
import { assumedCertificates, assumedServices, withAssumed } from "./assume.ts";
import { type Backend, findBackends } from "./backends.ts";
import { type GroupView, viewGroup } from "./group-view.ts";
import { findWorkloads, type Workload } from "./workload.ts";

/** What lint reads of settled manifests. */
export interface LintInput {
  /** At rest: Services with their defaults, endpoints of the pods. */
  snapshot: Snapshot;
  /** What was refused on the way. */
  problems: readonly Problem[];
  /** Objects of kinds that nothing here reads, as they came: some of them run pods all the same. */
  ignored: readonly KubeObject[];
}

export interface Subject extends LintInput {
  workloads: readonly Workload[];
  /** As the controller builds them. */
  groups: readonly SurveyedGroup[];
  /** Those that can be built; one that is refused as it would be built once the refusal is mended, where that can be guessed. */
  views: readonly GroupView[];
  /** Of the Ingresses that the controller takes. */
  backends: readonly Backend[];
  /** Names with a final dot; undefined where the user gave no hosted zones. */
  hostedZones: readonly string[] | undefined;
  /** What the real controller refuses is refused. */
  isStrict: boolean;
  /** Of the account. */
  quotas: Quotas;
  /** No Certificate is among the manifests: ACM is taken to hold what is needed. */
  assumesCertificates: boolean;
  /** Nobody gave it: it stands for one that is written down elsewhere. */
  isAssumed(service: Service): boolean;
  findService(namespace: string | undefined, name: string): Service | undefined;
  /** The group as it would be with these members. */
  surveyWith(groupId: string, members: readonly Ingress[]): SurveyedGroup;
}

/** `options` as those with which the input was settled. */
export function buildSubject(input: LintInput, options: Partial<Pick<SettleOptions, "strict" | "lbcVersion" | "quotas">>): Subject {
  const { strict: isStrict = true, lbcVersion, quotas } = options;
  const assumesCertificates = input.snapshot.list<Certificate>("Certificate").length === 0;
  const certificates = assumedCertificates(input.snapshot);
  const services = assumedServices(input.snapshot);
  const snapshot = withAssumed(input.snapshot, [...services, ...(assumesCertificates ? certificates : [])]);
  const settings: ControllerSettings = {
    plan: addressPlan(0),
    strict: isStrict,
    serves: { https: true },
    ...(lbcVersion === undefined ? {} : { lbcVersion }),
    ...(quotas === undefined ? {} : { quotas }),
  };
  const flags = flagsOf(settings);
  const survey: Survey = { snapshot, settings, flags };
  const groups = surveyGroups(survey);
  const isRefused = groups.some(({ stack }) => stack === undefined);
  const mended = { snapshot: withAssumed(snapshot, certificates), settings: { ...settings, strict: false }, flags };
  const lenient = isRefused ? surveyGroups(mended) : [];
  const zones = snapshot.list<HostedZone>("HostedZone");
  return {
    ...input,
    snapshot,
    workloads: findWorkloads([...RUN_KINDS.flatMap((kind) => snapshot.list(kind)), ...input.ignored].filter(isOwn)),
    groups,
    views: groups.flatMap((group) => {
      const built = group.stack === undefined ? lenient.find(({ id }) => id === group.id) : group;
      return built?.stack === undefined ? [] : [viewGroup(built)];
    }),
    backends: groups.flatMap(({ members }) => members.flatMap((ingress) => findBackends(ingress))),
    hostedZones: zones.length === 0 ? undefined : zones.map(({ spec }) => spec.name),
    isStrict,
    quotas: flags.quotas,
    assumesCertificates,
    isAssumed: (service) => services.includes(service),
    findService: (namespace = "default", name) => snapshot.get<Service>("Service", namespace, name),
    surveyWith: (groupId, members) => surveyMembers(groupId, members, survey),
  };
}

const RUN_KINDS = ["Deployment", "ReplicaSet", "Pod"];

/** Not made by a controller. */
function isOwn({ metadata }: KubeObject): boolean {
  const references: unknown = metadata?.ownerReferences;
  return !Array.isArray(references) || references.length === 0;
}
