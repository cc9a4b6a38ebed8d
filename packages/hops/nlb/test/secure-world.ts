/** TLS for the load balancer under test: its listener, the Secrets that a controller would write, clients, and targets that speak TLS. */
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { type ConnectionOptions, connect, createServer as createTlsServer, type TLSSocket } from "node:tls";
import { CERTIFICATE_ARN_ANNOTATION, type Listener, type Secret, STACK_LABEL, type Target } from "@loopway/model";
import { type SelfSigned, selfSigned } from "@loopway/testkit";
import { onTestFinished } from "vitest";
import { client, edgeA, LISTENER_PORT, listener } from "./world.ts";

export interface NamedCertificate extends SelfSigned {
  arn: string;
}

export function certificate(names: readonly string[], options: { validMs?: number } = {}): NamedCertificate {
  return { arn: `arn:aws:acm:us-east-1:000000000000:certificate/${names[0]}`, ...selfSigned(names, options) };
}

export function tlsListener(certificates: readonly NamedCertificate[], spec: Partial<Listener["spec"]> = {}): Listener {
  const plain = listener("TLS", { "tcp.idle_timeout.seconds": "0.1" });
  return { ...plain, spec: { ...plain.spec, certificates: certificates.map(({ arn }) => ({ certificateARN: arn })), ...spec } };
}

export function secretOf({ arn, certificate: crt, privateKey }: NamedCertificate): Secret {
  const { name, namespace = "" } = listener().metadata;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `${name}.${arn.split("/").at(-1)}`,
      namespace,
      labels: { [STACK_LABEL]: "edge" },
      annotations: { [CERTIFICATE_ARN_ANNOTATION]: arn },
      ownerReferences: [{ apiVersion: "elbv2.services.k8s.aws/v1alpha1", kind: "Listener", name, uid: "uid", controller: true }],
    },
    type: "kubernetes.io/tls",
    data: { "tls.crt": Buffer.from(crt).toString("base64"), "tls.key": Buffer.from(privateKey).toString("base64") },
  };
}

/** Not yet agreed; an error that nobody waits for is no failure of the test. */
export function dialTls(options: ConnectionOptions = {}): TLSSocket {
  const socket = connect({
    host: edgeA,
    port: LISTENER_PORT,
    localAddress: client,
    rejectUnauthorized: false,
    ...options,
  } as ConnectionOptions);
  socket.setEncoding("utf8").on("error", () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** The subject of the certificate shown, the version and the protocol of ALPN; or the code of the error. */
export function session(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once("secureConnect", () =>
      resolve([socket.getPeerCertificate().subject.CN, socket.getProtocol(), socket.alpnProtocol].join(" ")),
    );
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

export interface SecureTarget {
  target: Target;
  /** Remote address and port of each connection, and what ALPN agreed. */
  peers: string[];
  /** What came before TLS, in hex. */
  preambles: string[];
}

/** A target that speaks TLS with a certificate of its own, echoes, and reads so many bytes before the handshake. */
export async function startTlsTarget(
  host: number,
  { preambleBytes = 0, maxVersion = "TLSv1.3" as const }: { preambleBytes?: number; maxVersion?: "TLSv1.2" | "TLSv1.3" } = {},
): Promise<SecureTarget> {
  const address = `127.10.1.${host}`;
  const { certificate: cert, privateKey: key } = selfSigned(["target.internal"]);
  const started: SecureTarget = { target: { id: address, port: 0 }, peers: [], preambles: [] };
  const secured = createTlsServer({ cert, key, maxVersion, ALPNProtocols: ["h2", "http/1.1"] }, (socket) => {
    started.peers.push(`${socket.remoteAddress} ${socket.alpnProtocol} ${socket.getProtocol()}`);
    socket.on("error", () => undefined);
    socket.write(`${address}\n`);
    socket.pipe(socket);
  });
  secured.on("tlsClientError", () => undefined);
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
    if (preambleBytes === 0) return void secured.emit("connection", socket);
    socket.once("readable", () => {
      const preamble: Buffer | null = socket.read(preambleBytes);
      if (preamble === null) return;
      started.preambles.push(preamble.toString("hex"));
      secured.emit("connection", socket);
    });
  });
  await once(server.listen(0, address), "listening");
  onTestFinished(() => void server.close());
  started.target.port = (server.address() as { port: number }).port;
  return started;
}
