/** A program of the user's own in place of a pod's stub, by an annotation of the pod. */
import type { Address, Pod, Service } from "@loopway/model";

export const EXEC_ANNOTATION = "loopway.dev/exec";
const UPSTREAM_ANNOTATION = "loopway.dev/upstream";

/** Reason of the Event of a pod that names a command line where none may run. */
export const EXEC_REFUSED = "ExecNotAllowed";

export type OwnProgram =
  /** A command line for the shell, started once for each pod. */
  | { kind: "exec"; command: string }
  /** Something on this machine that runs already. */
  | { kind: "upstream"; dial: Address };

/** Undefined for a stub; a sentence where the annotation cannot be read. */
export function ownProgramOf({ metadata }: Pod): OwnProgram | string | undefined {
  const { [EXEC_ANNOTATION]: command, [UPSTREAM_ANNOTATION]: upstream } = metadata.annotations ?? {};
  if (command !== undefined && command.trim() !== "") return { kind: "exec", command };
  if (upstream === undefined) return undefined;
  const [, host = "", port] = /^(127(?:\.\d{1,3}){3}|localhost|\[::1\]):(\d{1,5})$/.exec(upstream.trim()) ?? [];
  if (port === undefined || Number(port) < 1 || Number(port) > 65_535)
    return `${UPSTREAM_ANNOTATION}: cannot read ${JSON.stringify(upstream)}; expected an address of this machine such as 127.0.0.1:3000`;
  return { kind: "upstream", dial: { address: host === "[::1]" ? "::1" : host, port: Number(port) } };
}

/**
 * What a container finds in its environment about the Services of its namespace at its start, in the order of their names (Kubernetes, "Service",
 * environment variables; kubelet, envvars.FromServices): {SVC}_SERVICE_HOST, {SVC}_SERVICE_PORT and the form of Docker's links.
 */
export function serviceVariables({ metadata, spec }: Pod, services: readonly Service[]): Record<string, string> {
  if (spec.enableServiceLinks === false) return {};
  const variables: Record<string, string> = {};
  for (const service of services) {
    const { clusterIP = "", ports = [] } = service.spec;
    const [first] = ports;
    const isOfPod = service.metadata.namespace === metadata.namespace;
    if (!isOfPod || first === undefined || clusterIP === "" || clusterIP === "None") continue;
    const name = variableName(service.metadata.name);
    variables[`${name}_SERVICE_HOST`] = clusterIP;
    variables[`${name}_SERVICE_PORT`] = String(first.port);
    for (const port of ports) if (port.name) variables[`${name}_SERVICE_PORT_${variableName(port.name)}`] = String(port.port);
    const urlOf = ({ port, protocol = "TCP" }: typeof first) => `${protocol.toLowerCase()}://${clusterIP}:${port}`;
    variables[`${name}_PORT`] = urlOf(first);
    for (const port of ports) {
      const { protocol = "TCP" } = port;
      const prefix = `${name}_PORT_${port.port}_${protocol}`;
      variables[prefix] = urlOf(port);
      variables[`${prefix}_PROTO`] = protocol.toLowerCase();
      variables[`${prefix}_PORT`] = String(port.port);
      variables[`${prefix}_ADDR`] = clusterIP;
    }
  }
  return variables;
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}
