/** Of a package without types, what is used here; http-proxy's are those of the reference hops. */
declare module "autocannon" {
  import type { EventEmitter } from "node:events";

  interface Request {
    method?: string;
    path?: string;
    headers?: Readonly<Record<string, string>>;
  }

  interface Client extends EventEmitter {
    setRequests(requests: Request[]): void;
  }

  interface Options {
    url: string;
    connections: number;
    /** Seconds; or the number of requests. */
    duration?: number;
    amount?: number;
    /** Milliseconds; the end is noticed so often. */
    sampleInt?: number;
    setupClient?(client: Client): void;
    requests?: Request[];
  }

  interface Result {
    "2xx": number;
    non2xx: number;
    errors: number;
    timeouts: number;
  }

  interface Run extends Promise<Result> {
    on(event: "reqError", listener: (error: Error) => void): this;
  }

  export default function autocannon(options: Options): Run;
}
