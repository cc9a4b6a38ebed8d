/**
 * Below node ports (30000) and what systems choose from for who asks for no port (Linux 32768, macOS 49152). A port that was bound by number is
 * nobody's choice any more while a connection of it lasts, TIME_WAIT's minute included, whatever its address: __inet_hash_connect, net/ipv4/
 * inet_hashtables.c. Taken from that range, 28,232 relayed connections within a minute leave no client of the machine a port (EADDRNOTAVAIL).
 */
const FIRST = 10_000;
const LAST = 29_999;

/**
 * The next port to dial from, per address, in turns. The system would choose one as well, but it searches for one that no connection at all
 * has, and among thousands that have just been closed (TIME_WAIT) the search costs four times the rest of the connection.
 */
export class SourcePorts {
  readonly #nextByAddress = new Map<string, number>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** It may be taken: two processes dial from one address. */
  next(address: string): number {
    const port = this.#nextByAddress.get(address) ?? FIRST + Math.floor(this.#random() * (LAST - FIRST + 1));
    this.#nextByAddress.set(address, port === LAST ? FIRST : port + 1);
    return port;
  }
}

/** Taken by somebody who listens or is connected there, or by the same pair of addresses and ports a moment ago. */
export function isPortTaken(error: NodeJS.ErrnoException): boolean {
  return error.code === "EADDRINUSE" || (error.code === "EADDRNOTAVAIL" && error.syscall === "connect");
}
