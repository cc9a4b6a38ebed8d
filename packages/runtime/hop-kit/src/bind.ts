import type { Socket as UdpSocket } from "node:dgram";
import type { Server } from "node:net";
import { type Address, type AddressMode, formatAddress, LoopwayError } from "@loopway/model";

const LOOPBACK = "127.0.0.1";
/** 80 becomes 8080, 443 becomes 8443, 53 becomes 8053: ports an ordinary user may bind, and can guess. */
const UNPRIVILEGED_OFFSET = 8000;
const FIRST_UNPRIVILEGED_PORT = 1024;
/** How many ports after the wished one are tried on 127.0.0.1: one per instance. */
const NEXT_PORTS = 25;
const LAST_PORT = 65_535;
/** What another address or port may cure: not allowed, taken, no such address on this machine (macOS knows only 127.0.0.1). */
const CURABLE = new Set(["EACCES", "EPERM", "EADDRINUSE", "EADDRNOTAVAIL"]);

export interface BindWish {
  hop: string;
  virtual: Address;
  mode: AddressMode;
  /** Where this process's predecessor was bound: tried first, so that a restart changes nothing for those who dial. */
  previous?: Address | undefined;
}

/**
 * Where to try to bind a virtual address, in order; the first success counts. What serves people lives on 127.0.0.1 in either mode and
 * moves to the next free port; everything else moves to a free port of its own address, then of 127.0.0.1.
 */
export function bindCandidates({ virtual, mode, previous }: BindWish): Address[] {
  const { address, port } = virtual;
  const candidates: Address[] = previous === undefined ? [] : [previous];
  if (address === LOOPBACK) {
    for (let next = port; next < port + NEXT_PORTS && next <= LAST_PORT; next++) candidates.push({ address, port: next });
  } else if (mode === "identity") {
    candidates.push(virtual);
    if (port > 0 && port < FIRST_UNPRIVILEGED_PORT) candidates.push({ address, port: port + UNPRIVILEGED_OFFSET });
    candidates.push({ address, port: 0 });
  }
  candidates.push({ address: LOOPBACK, port: 0 });
  return candidates;
}

/** Throws LoopwayError E_BIND when no candidate can be had. */
export function bindServer(server: Server, wish: BindWish): Promise<Address> {
  return bindFirst(wish, (candidate) =>
    attempt(server, (done) => server.listen({ host: candidate.address, port: candidate.port }, () => done(server.address()))),
  );
}

export function bindUdp(socket: UdpSocket, wish: BindWish): Promise<Address> {
  return bindFirst(wish, (candidate) =>
    attempt(socket, (done) => socket.bind({ address: candidate.address, port: candidate.port }, () => done(socket.address()))),
  );
}

async function bindFirst(wish: BindWish, bind: (candidate: Address) => Promise<Address>): Promise<Address> {
  let last: unknown;
  for (const candidate of bindCandidates(wish)) {
    try {
      return await bind(candidate);
    } catch (error) {
      if (!CURABLE.has(codeOf(error))) throw bindError(wish, error);
      last = error;
    }
  }
  throw bindError(wish, last);
}

function bindError(wish: BindWish, cause: unknown): LoopwayError {
  return new LoopwayError("E_BIND", { hop: wish.hop, address: formatAddress(wish.virtual), reason: codeOf(cause) }, { cause });
}

/** One try: whichever of success and error comes first, and neither listener stays. */
function attempt(emitter: Server | UdpSocket, start: (done: (bound: ReturnType<Server["address"]>) => void) => void): Promise<Address> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => {
      emitter.removeAllListeners("listening");
      reject(error);
    };
    emitter.once("error", onError);
    start((bound) => {
      emitter.removeListener("error", onError);
      if (bound === null || typeof bound === "string") reject(new Error("a bound server has an address and a port"));
      else resolve({ address: bound.address, port: bound.port });
    });
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
