/** The catalogue of everything that can go wrong in the words of the user. `docs/errors.md` is checked against it both ways. */

export interface ErrorEntry {
  /** Whose fault: the user's input or machine, ours, or an emulated product feature (an ALB's 502 is one). */
  fault: "user" | "system" | "emulated";
  /** What happened; `{name}` is filled in. Lower case, no full stop. */
  template: string;
  /** What to do. */
  remedy: string;
  /** Exit code of the command that ends with it; absent for traffic failures. */
  exitCode?: number;
}

export const errors = {
  E_USAGE: { fault: "user", template: "{message}", remedy: "run the command with --help", exitCode: 2 },
  E_FILE: { fault: "user", template: "cannot read {path}: {reason}", remedy: "check the path given with -f or --zone", exitCode: 2 },
  E_YAML: {
    fault: "user",
    template: "{path}:{line}: not valid YAML: {reason}",
    remedy: "mend the line; nothing was applied from this file",
    exitCode: 2,
  },
  E_MANIFEST: {
    fault: "user",
    template: "{path}:{line}: {reason}",
    remedy: "every document needs apiVersion, kind and metadata.name",
    exitCode: 2,
  },
  E_CHECK: { fault: "user", template: "{source}: {reason}", remedy: "see the fields of a test in `loopway check --help`", exitCode: 2 },
  E_INVALID: {
    fault: "user",
    template: "{object}: {field}: {reason}",
    remedy: "correct the field and apply again; the last good state keeps serving",
    exitCode: 1,
  },
  E_ZONE_FILE: {
    fault: "user",
    template: "{path}:{line}: {reason}",
    remedy: "see RFC 1035 section 5 for the master file format",
    exitCode: 2,
  },
  E_NOT_RUNNING: {
    fault: "user",
    template: "no Loopway runs with state directory {state}",
    remedy: "start one with: loopway up",
    exitCode: 3,
  },
  E_ALREADY_RUNNING: {
    fault: "user",
    template: "a Loopway already runs with state directory {state} (pid {pid})",
    remedy: "stop it with `loopway down`, or give another --state and --instance",
    exitCode: 3,
  },
  E_INSTANCE_TAKEN: {
    fault: "user",
    template: "instance {instance} is used by another Loopway (pid {pid}, state directory {state})",
    remedy: "give another one with --instance",
    exitCode: 3,
  },
  E_STATE: {
    fault: "user",
    template: "state directory {state} cannot be used: {reason}",
    remedy: "remove it, or give another one with --state",
    exitCode: 3,
  },
  E_BIND: {
    fault: "user",
    template: "{hop} cannot listen on {address}: {reason}",
    remedy: "see which program holds the address (ss -ltnp), or use --addresses mapped",
    exitCode: 4,
  },
  E_PROCESS: { fault: "system", template: "{hop} ended while starting: {reason}", remedy: "its log is {log}", exitCode: 5 },
  E_TIMEOUT: {
    fault: "system",
    template: "not ready after {seconds} s: {reason}",
    remedy: "see `loopway status` and the logs in the state directory",
    exitCode: 5,
  },
  E_API: { fault: "system", template: "the API refused: {reason}", remedy: "see the message; nothing was changed", exitCode: 1 },
  E_NO_TRACE: {
    fault: "system",
    template: "no trace arrived for {url}",
    remedy: "see `loopway status`: is the collector running?",
    exitCode: 1,
  },
  E_NO_POD: {
    fault: "user",
    template: "no pod {pod} can send: {known}",
    remedy: "see `kubectl get pods -A`; a pod is pod/NAME or pod/NAMESPACE/NAME",
    exitCode: 1,
  },
  E_RESOLVE: {
    fault: "emulated",
    template: "{host} does not resolve: {rcode}",
    remedy: "add a record, or an Ingress with this host; a pod also knows the names of Services",
  },
  E_UPSTREAM: {
    fault: "emulated",
    template: "{upstream} gave no answer: {reason}",
    remedy: "see `loopway status`: does it run, and does it listen there?",
  },
  E_DROPPED: {
    fault: "emulated",
    template: "{service} gives no answer here: {reason}",
    remedy:
      "see the Service's traffic policy and source ranges, the load balancer's `kubectl get securitygroups -A`, and `kubectl get endpointslices -o wide`",
  },
  E_TLS: {
    fault: "emulated",
    template: "the TLS handshake with the {peer} failed: {reason}",
    remedy: "see the decision `tls` of the span: name, version, certificate; does the client trust the certificate's CA?",
  },
  E_ABORTED: { fault: "emulated", template: "the other side closed the connection before the answer", remedy: "raise its time-out" },
  ELB_400: { fault: "emulated", template: "the request is malformed: {reason}", remedy: "see docs/hops/alb.md, errors" },
  ELB_404: {
    fault: "emulated",
    template: "no rule matched; the default action answered 404",
    remedy: "see `kubectl get rules` for what this listener knows",
  },
  ELB_405: { fault: "emulated", template: "method TRACE is not allowed", remedy: "use another method" },
  ELB_408: {
    fault: "emulated",
    template: "the client sent no complete request within the idle time-out",
    remedy: "send the request faster",
  },
  ELB_414: { fault: "emulated", template: "the request line is longer than 16 KiB", remedy: "shorten the URL" },
  ELB_460: { fault: "emulated", template: "the client closed the connection before the answer", remedy: "raise the client's time-out" },
  ELB_463: {
    fault: "emulated",
    template: "X-Forwarded-For holds more than 30 addresses",
    remedy: "drop or rewrite the header before the load balancer",
  },
  ELB_500: { fault: "emulated", template: "the load balancer could not act on the rule: {reason}", remedy: "see the rule's action" },
  ELB_501: { fault: "emulated", template: "Transfer-Encoding other than chunked or identity", remedy: "send chunked, or a Content-Length" },
  ELB_502: {
    fault: "emulated",
    template: "target {target} closed or refused the connection, or answered badly: {reason}",
    remedy: "see the pod's log and life; keep-alive of the target must exceed 60 s",
  },
  ELB_503: {
    fault: "emulated",
    template: "target group {targetGroup} has no registered targets",
    remedy: "see `kubectl get endpointslices`: is a pod ready?",
  },
  ELB_504: {
    fault: "emulated",
    template: "target {target} did not connect within 10 s or answer within the idle time-out",
    remedy: "see the target's latency",
  },
  ELB_505: { fault: "emulated", template: "HTTP version not supported", remedy: "use HTTP/1.1" },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;

/** A failure that ends a command: a catalogue entry with its blanks filled in. */
export class LoopwayError extends Error {
  readonly code: ErrorCode;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, values: Readonly<Record<string, string | number>>, options?: { cause?: unknown }) {
    super(formatError(code, values), options);
    this.name = "LoopwayError";
    this.code = code;
    this.values = values;
  }
}

/** Fills a template; a blank without a value stays visible, so that tests find it. */
export function formatError(code: ErrorCode, values: Readonly<Record<string, string | number>>): string {
  return errors[code].template.replace(/\{(\w+)\}/g, (blank, name: string) => (name in values ? String(values[name]) : blank));
}

/** As a terminal shows it: what happened, and on a second line what to do. */
export function formatProblem(code: ErrorCode, values: Readonly<Record<string, string | number>>): string {
  return `loopway: ${formatError(code, values)} [${code}]\n  → ${remedyOf(code, values)}`;
}

export function remedyOf(code: ErrorCode, values: Readonly<Record<string, string | number>>): string {
  return errors[code].remedy.replace(/\{(\w+)\}/g, (blank, name: string) => (name in values ? String(values[name]) : blank));
}
