import { request } from "node:http";
import { connect } from "node:net";
import { probePort } from "@loopway/kube";
import { type Address, type Container, formatAddress, type Probe } from "@loopway/model";
import { isSuccessStatus, probeTimeoutMs } from "./probe-state.ts";

export interface ProbeTarget {
  container: Container;
  podIP: string;
  /** Where a virtual address of the pod is really bound. */
  resolve(virtual: Address): Address;
  /** The node's address, from which the kubelet probes; undefined where it cannot be bound. */
  from?: string | undefined;
}

/** One probe over the pod's socket. Never rejects: whatever goes wrong is a failure. */
export function runProbe(probe: Probe, target: ProbeTarget): Promise<boolean> {
  const { ports = [] } = target.container;
  const wished = probe.httpGet?.port ?? probe.tcpSocket?.port;
  const port = wished === undefined ? ports[0]?.containerPort : probePort(wished, ports);
  // Neither handler nor port: nothing that could be asked.
  if (port === undefined) return Promise.resolve(wished === undefined);
  const virtual = { address: target.podIP, port };
  return probe.httpGet === undefined ? connects(probe, virtual, target) : answers(probe, virtual, target);
}

function connects(probe: Probe, virtual: Address, { resolve, from }: ProbeTarget): Promise<boolean> {
  const { address, port } = resolve(virtual);
  return new Promise((settle) => {
    const socket = connect({ host: address, port, ...(from === undefined ? {} : { localAddress: from }) });
    const end = (isSuccess: boolean) => {
      socket.destroy();
      settle(isSuccess);
    };
    socket.setTimeout(probeTimeoutMs(probe), () => end(false));
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}

function answers(probe: Probe, virtual: Address, { resolve, from }: ProbeTarget): Promise<boolean> {
  const { path = "/", scheme, httpHeaders = [] } = probe.httpGet ?? {};
  const { address, port } = resolve(virtual);
  // The kubelet's own headers; a Host among httpHeaders replaces the address.
  const headers: Record<string, string> = { host: formatAddress(virtual), "user-agent": "kube-probe/1.34", accept: "*/*" };
  for (const { name, value } of httpHeaders) headers[name.toLowerCase()] = value;
  const options = {
    host: address,
    port,
    path: path.startsWith("/") ? path : `/${path}`,
    headers,
    agent: false,
    ...(from === undefined ? {} : { localAddress: from }),
  } as const;
  return new Promise((settle) => {
    // The kubelet does not verify certificates of probes.
    const call =
      scheme === "HTTPS" ? process.getBuiltinModule("node:https").request({ ...options, rejectUnauthorized: false }) : request(options);
    const timer = setTimeout(() => call.destroy(), probeTimeoutMs(probe));
    const end = (isSuccess: boolean) => {
      clearTimeout(timer);
      settle(isSuccess);
    };
    call.once("response", (answer) => {
      end(isSuccessStatus(answer.statusCode ?? 0));
      answer.destroy();
    });
    call.on("error", () => end(false)).end();
  });
}
