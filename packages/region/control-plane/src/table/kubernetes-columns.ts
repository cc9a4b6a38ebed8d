/** The built-in kinds as `kubectl get` shows them: kubernetes/pkg/printers/internalversion/printers.go. */
import { formatSelector } from "@loopway/kube";
import type { EndpointSlice, Ingress, IngressClass, KubeEvent, KubeObject, Namespace, Node, Service } from "@loopway/model";
import { formatAge } from "./age.ts";
import { ageColumn, type Column, column, firstThree, nameColumn, orNone, wideColumn } from "./column.ts";

export const serviceColumns: Column<Service>[] = [
  nameColumn,
  column("Type", ({ spec }) => spec.type ?? "ClusterIP"),
  column("Cluster-IP", ({ spec }) => orNone(spec.clusterIP)),
  column("External-IP", externalAddress),
  column("Port(s)", ({ spec }) => {
    const ports = (spec.ports ?? []).map(({ port, nodePort, protocol = "TCP" }) => `${port}${nodePort ? `:${nodePort}` : ""}/${protocol}`);
    return orNone(ports.join(","));
  }),
  ageColumn,
  wideColumn("Selector", ({ spec }) => orNone(formatSelector({ matchLabels: spec.selector ?? {} }))),
];

function externalAddress({ spec, status }: Service): string {
  if (spec.type === "ExternalName") return spec.externalName ?? "<none>";
  if (spec.type !== "LoadBalancer") return "<none>";
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? "");
  return addresses.length === 0 ? "<pending>" : addresses.join(",");
}

export const ingressColumns: Column<Ingress>[] = [
  nameColumn,
  column("Class", ({ spec, metadata }) => orNone(spec?.ingressClassName ?? metadata.annotations?.["kubernetes.io/ingress.class"])),
  column("Hosts", ({ spec }) => {
    const hosts = (spec?.rules ?? []).flatMap(({ host }) => (host === undefined || host === "" ? [] : [host]));
    return hosts.length === 0 ? "*" : firstThree(hosts);
  }),
  column("Address", ({ status }) => (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "").join(",")),
  column("Ports", ({ spec }) => ((spec?.tls ?? []).length > 0 ? "80, 443" : "80")),
  ageColumn,
];

export const ingressClassColumns: Column<IngressClass>[] = [
  nameColumn,
  column("Controller", ({ spec }) => spec?.controller ?? ""),
  column("Parameters", ({ spec }) => {
    const { apiGroup, kind, name } = spec?.parameters ?? {};
    if (kind === undefined) return "<none>";
    return apiGroup === undefined ? `${kind}/${name}` : `${kind}.${apiGroup}/${name}`;
  }),
  ageColumn,
];

const nodeInfo = ({ status }: Node, field: string) => (status as { nodeInfo?: Record<string, string> } | undefined)?.nodeInfo?.[field];
const nodeAddressOf = ({ status }: Node, type: string) => orNone(status?.addresses?.find((address) => address.type === type)?.address);

export const nodeColumns: Column<Node>[] = [
  nameColumn,
  column("Status", ({ spec, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === "Ready")?.status;
    const state = ready === undefined ? "Unknown" : ready === "True" ? "Ready" : "NotReady";
    return spec?.unschedulable === true ? `${state},SchedulingDisabled` : state;
  }),
  column("Roles", ({ metadata }) => {
    const prefix = "node-role.kubernetes.io/";
    const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
    return orNone(roles.map((label) => label.slice(prefix.length)).join(","));
  }),
  ageColumn,
  column("Version", (node) => nodeInfo(node, "kubeletVersion") ?? ""),
  wideColumn("Internal-IP", (node) => nodeAddressOf(node, "InternalIP")),
  wideColumn("External-IP", (node) => nodeAddressOf(node, "ExternalIP")),
  wideColumn("OS-Image", (node) => nodeInfo(node, "osImage") || "<unknown>"),
  wideColumn("Kernel-Version", (node) => nodeInfo(node, "kernelVersion") || "<unknown>"),
  wideColumn("Container-Runtime", (node) => nodeInfo(node, "containerRuntimeVersion") || "<unknown>"),
];

export const namespaceColumns: Column<Namespace>[] = [nameColumn, column("Status", ({ status }) => status?.phase ?? "Active"), ageColumn];

export const endpointSliceColumns: Column<EndpointSlice>[] = [
  nameColumn,
  column("AddressType", ({ addressType }) => addressType),
  column("Ports", ({ ports = [] }) =>
    ports.length === 0 ? "<unset>" : firstThree(ports.map(({ port, name }) => String(port ?? name ?? "*"))),
  ),
  column("Endpoints", ({ endpoints }) => {
    const addresses = (endpoints ?? []).flatMap((endpoint) => endpoint.addresses);
    return addresses.length === 0 ? "<unset>" : firstThree(addresses);
  }),
  ageColumn,
];

export const eventColumns: Column<KubeEvent>[] = [
  column("Last Seen", ({ lastTimestamp, firstTimestamp }, now) => formatAge(lastTimestamp ?? firstTimestamp, now)),
  column("Type", ({ type }) => type),
  column("Reason", ({ reason }) => reason),
  column("Object", ({ involvedObject }) => `${involvedObject.kind.toLowerCase()}/${involvedObject.name}`),
  wideColumn("Subobject", ({ involvedObject }) => (involvedObject as { fieldPath?: string }).fieldPath ?? ""),
  wideColumn("Source", ({ source, reportingComponent }) => source?.component ?? reportingComponent ?? ""),
  column("Message", ({ message }) => message.trim()),
  wideColumn("First Seen", ({ firstTimestamp }, now) => formatAge(firstTimestamp, now)),
  wideColumn("Count", ({ count }) => count ?? 1),
  wideColumn("Name", ({ metadata }) => metadata.name),
];

const sizeOf = (value: unknown) => Object.keys((value as object | undefined) ?? {}).length;
type WithData = KubeObject & { data?: unknown; binaryData?: unknown; type?: string };

export const configMapColumns: Column<WithData>[] = [
  nameColumn,
  column("Data", ({ data, binaryData }) => sizeOf(data) + sizeOf(binaryData)),
  ageColumn,
];
export const secretColumns: Column<WithData>[] = [
  nameColumn,
  column("Type", ({ type }) => type ?? "Opaque"),
  column("Data", ({ data }) => sizeOf(data)),
  ageColumn,
];
export const serviceAccountColumns: Column<KubeObject & { secrets?: unknown[] }>[] = [
  nameColumn,
  column("Secrets", ({ secrets }) => secrets?.length ?? 0),
  ageColumn,
];
export const leaseColumns: Column<KubeObject & { spec?: { holderIdentity?: string } }>[] = [
  nameColumn,
  column("Holder", ({ spec }) => spec?.holderIdentity ?? ""),
  ageColumn,
];
