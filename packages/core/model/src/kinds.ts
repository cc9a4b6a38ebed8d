/** Every kind the API serves. Order within /apis matters to kubectl: of two groups with the same plural, the first wins. */

export interface Kind {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  namespaced: boolean;
  /** "all" puts it into `kubectl get all`. */
  categories: readonly string[];
  subresources: readonly ("status" | "scale" | "eviction")[];
  /** Kept in memory only. */
  ephemeral: boolean;
  /** Measured when asked for: nobody writes one. */
  measured: boolean;
}

type Row = [kind: string, plural: string, shortNames: string, flags: string];

const subresourceFlags = [
  { flag: "s", name: "status" },
  { flag: "c", name: "scale" },
  { flag: "v", name: "eviction" },
] as const;

/** Flags: n namespaced, a category all, s status, c scale, v eviction, e ephemeral, m measured. */
function kindsOf(group: string, version: string, rows: readonly Row[]): Kind[] {
  return rows.map(([kind, plural, shortNames, flags]) => ({
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: shortNames === "" ? [] : shortNames.split(","),
    namespaced: flags.includes("n"),
    categories: flags.includes("a") ? ["all"] : [],
    subresources: subresourceFlags.filter(({ flag }) => flags.includes(flag)).map(({ name }) => name),
    ephemeral: flags.includes("e"),
    measured: flags.includes("m"),
  }));
}

export const kinds: readonly Kind[] = [
  ...kindsOf("", "v1", [
    ["Namespace", "namespaces", "ns", "s"],
    ["Node", "nodes", "no", "s"],
    ["Pod", "pods", "po", "nasv"],
    ["Service", "services", "svc", "nas"],
    ["ConfigMap", "configmaps", "cm", "n"],
    ["Secret", "secrets", "", "n"],
    ["ServiceAccount", "serviceaccounts", "sa", "n"],
    ["Event", "events", "ev", "ne"],
  ]),
  ...kindsOf("apps", "v1", [
    ["Deployment", "deployments", "deploy", "nasc"],
    ["ReplicaSet", "replicasets", "rs", "nasc"],
    ["StatefulSet", "statefulsets", "sts", "nasc"],
    ["DaemonSet", "daemonsets", "ds", "nas"],
    ["ControllerRevision", "controllerrevisions", "", "n"],
  ]),
  ...kindsOf("batch", "v1", [["Job", "jobs", "", "nas"]]),
  ...kindsOf("autoscaling", "v2", [["HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", "nas"]]),
  ...kindsOf("policy", "v1", [["PodDisruptionBudget", "poddisruptionbudgets", "pdb", "ns"]]),
  ...kindsOf("networking.k8s.io", "v1", [
    ["Ingress", "ingresses", "ing", "ns"],
    ["IngressClass", "ingressclasses", "", ""],
  ]),
  ...kindsOf("discovery.k8s.io", "v1", [["EndpointSlice", "endpointslices", "", "n"]]),
  ...kindsOf("coordination.k8s.io", "v1", [["Lease", "leases", "", "ne"]]),
  ...kindsOf("elbv2.k8s.aws", "v1beta1", [
    ["TargetGroupBinding", "targetgroupbindings", "tgb", "ns"],
    ["IngressClassParams", "ingressclassparams", "", ""],
  ]),
  ...kindsOf("elbv2.services.k8s.aws", "v1alpha1", [
    ["LoadBalancer", "loadbalancers", "lb", "ns"],
    ["Listener", "listeners", "", "ns"],
    ["Rule", "rules", "", "ns"],
    ["TargetGroup", "targetgroups", "tg", "ns"],
  ]),
  ...kindsOf("ec2.services.k8s.aws", "v1alpha1", [
    ["SecurityGroup", "securitygroups", "", "ns"],
    ["ElasticIPAddress", "elasticipaddresses", "", "ns"],
  ]),
  ...kindsOf("acm.services.k8s.aws", "v1alpha1", [["Certificate", "certificates", "", "ns"]]),
  ...kindsOf("route53.services.k8s.aws", "v1alpha1", [
    ["HostedZone", "hostedzones", "", "ns"],
    ["RecordSet", "recordsets", "", "ns"],
  ]),
  ...kindsOf("metrics.k8s.io", "v1beta1", [
    ["PodMetrics", "pods", "", "nem"],
    ["NodeMetrics", "nodes", "", "em"],
  ]),
  ...kindsOf("loopway.dev", "v1alpha1", [["AddressBinding", "addressbindings", "", ""]]),
];

export function apiVersionOf(kind: Pick<Kind, "group" | "version">): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

const kindsByName = new Map(kinds.map((kind) => [kind.kind, kind]));

/** By its kind alone: no two kinds of ours share a name. Throws for one that does not exist, which is a defect of the caller. */
export function kindNamed(name: string): Kind {
  const kind = kindsByName.get(name);
  if (kind === undefined) throw new Error(`no kind named ${name}`);
  return kind;
}

/** /api/v1/namespaces/default/pods/web, or the collection without a name. */
export function resourcePath(kind: Kind, namespace?: string, name?: string, subresource?: string): string {
  const base = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const scope = kind.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : "";
  return `${base}${scope}/${kind.plural}${name === undefined ? "" : `/${name}`}${subresource === undefined ? "" : `/${subresource}`}`;
}
