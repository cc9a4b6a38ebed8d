import { request } from "node:http";
import { connect } from "node:net";
import { probePort } from "@loopway/kube";
import { type Address, type Container, formatAddress, type Probe } from "@loopway/model";
import { askGrpcHealth } from "./grpc-health.ts";

export interface ProbeTarget {
  container: Container;
  podIP: string;
  /** Where a virtual address of the pod is really bound. */
  resolve(virtual: Address): Address;
  /** The node's address, from which the kubelet probes; undefined where it cannot be bound. */
  from?: string | undefined;
}

/** An address of the pod to be asked. */
export interface Asked {
  virtual: Address;
  resolve(virtual: Address): Address;
  from?: string | undefined;
  /** 0: as long as it takes. */
  timeoutMs: number;
}

type HttpGet = NonNullable<Probe["httpGet"]>;

const DEFAULT_TIMEOUT_S = 1;

/** One probe over the pod's socket. Never rejects: whatever goes wrong is a failure. */
export async function runProbe(probe: Probe, { container, podIP, resolve, from }: ProbeTarget): Promise<boolean> {
  // No command of a stub is run: it passes its exec probes.
  if (probe.exec !== undefined) return true;
  const wished = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
  const port = wished === undefined ? container.ports?.[0]?.containerPort : probePort(wished, container.ports ?? []);
  // Neither handler nor port: nothing that could be asked.
  if (port === undefined) return wished === undefined;
  const timeoutMs = (probe.timeoutSeconds ?? DEFAULT_TIMEOUT_S) * 1000;
  const asked: Asked = { virtual: { address: podIP, port }, resolve, from, timeoutMs };
  if (probe.grpc !== undefined) return askGrpcHealth(probe.grpc.service ?? "", asked);
  return probe.httpGet === undefined ? connects(asked) : askHttp(probe.httpGet, asked);
}

/** Kubernetes: "Any code greater than or equal to 200 and less than 400 indicates success." */
function isSuccessStatus(status: number): boolean {
  return status >= 200 && status < 400;
}

function connects({ virtual, resolve, from, timeoutMs }: Asked): Promise<boolean> {
  const { address, port } = resolve(virtual);
  return new Promise((settle) => {
    const socket = connect({ host: address, port, ...(from === undefined ? {} : { localAddress: from }) });
    const end = (isSuccess: boolean) => {
      socket.destroy();
      settle(isSuccess);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}

/** One GET as the kubelet sends it. */
export function askHttp({ path = "/", scheme, httpHeaders = [] }: HttpGet, { virtual, resolve, from, timeoutMs }: Asked): Promise<boolean> {
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
    const timer = timeoutMs === 0 ? undefined : setTimeout(() => call.destroy(), timeoutMs);
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
