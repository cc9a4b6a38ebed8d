/** Access logs of an ALB against manifests: line by line in, one report out. */
import type { Routes } from "../routes.ts";
import { ClassCounter, type Example } from "./class-counter.ts";
import { differenceOf } from "./compare.ts";
import { detach } from "./detach.ts";
import { GroupLinks } from "./group-links.ts";
import { Moves } from "./moves.ts";
import { type Likeness, nameLoadBalancer } from "./name-load-balancer.ts";
import { type LogLine, parseLogLine } from "./parse-log-line.ts";
import { parseRequestField, type RequestField } from "./parse-request-field.ts";
import { Predictor } from "./predict.ts";
import { buildReport, type Mismatch, type ReplayReport, type Undecidable } from "./report.ts";

export interface ReplayOptions {
  routes: readonly Routes[];
  /** Of the manifests that are to come: asks which of the logged requests would move. */
  newRoutes?: readonly Routes[];
}

/** One load balancer that the log names. */
export interface ReplayedLoadBalancer {
  logged: string;
  /** Undefined where the manifests do not say which of theirs it is. */
  found?: { predictor: Predictor; likeness: Likeness };
  next: Predictor | undefined;
  lines: number;
  links: GroupLinks;
}

/** ELB guide, "Troubleshoot", HTTP 405. */
const TRACE_REFUSED = 405;

export class Replay {
  readonly #options: ReplayOptions;
  readonly #loadBalancers = new Map<string, ReplayedLoadBalancer>();
  readonly #predictors = new Map<Routes, Predictor>();
  readonly #malformed = new ClassCounter<{ reason: string }>();
  readonly #notAboutRules = new ClassCounter<{ status: number }>();
  readonly #undecidable = new ClassCounter<Undecidable>();
  readonly #mismatches = new ClassCounter<Mismatch>();
  readonly #moves: Moves | undefined;
  #file = "";
  #lineNumber = 0;
  #lines = 0;
  #agreeing = 0;
  #text = "";

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#moves = options.newRoutes === undefined ? undefined : new Moves();
  }

  /** The lines that follow are of this file. */
  startFile(name: string): void {
    this.#file = name;
    this.#lineNumber = 0;
  }

  /** @param text a line without its end; an empty one is passed over */
  add(text: string): void {
    this.#lineNumber += 1;
    if (text === "") return;
    this.#lines += 1;
    this.#text = text;
    const line = parseLogLine(text);
    if (typeof line === "string") {
      this.#malformed.add(line, () => ({ reason: line, example: this.#example() }));
      return;
    }
    const loadBalancer = this.#loadBalancerOf(line);
    loadBalancer.lines += 1;
    if (loadBalancer.found === undefined) return;
    const request = parseRequestField(line.request);
    if (request?.method === "TRACE") this.#countTrace(line);
    else if (request === undefined || line.rulePriority < 0) this.#countRuleless(line);
    else this.#judge(line, request, { ...loadBalancer, predictor: loadBalancer.found.predictor });
  }

  report(): ReplayReport {
    return buildReport({
      lines: this.#lines,
      agreeing: this.#agreeing,
      malformed: this.#malformed,
      notAboutRules: this.#notAboutRules,
      undecidable: this.#undecidable,
      mismatches: this.#mismatches,
      loadBalancers: [...this.#loadBalancers.values()],
      moves: this.#moves,
    });
  }

  #judge(line: LogLine, request: RequestField, { predictor, next, links }: ReplayedLoadBalancer & { predictor: Predictor }): void {
    const expectation = predictor.predict(line, request);
    this.#moves?.add(expectation, next?.predict(line, request), () => this.#example());
    if (expectation?.unseen !== undefined) {
      this.#undecidable.add(expectation, () => ({ expectation, example: this.#example() }));
      return;
    }
    const difference = expectation === undefined ? "listener" : differenceOf(expectation, line, request);
    if (difference === undefined && expectation !== undefined) {
      this.#agreeing += 1;
      if (line.targetGroupArn !== undefined && expectation.answer.routing.kind === "forward")
        links.add(expectation, line.targetGroupArn, () => this.#example());
      return;
    }
    const { rulePriority, actions, status, targetGroupArn, redirectUrl } = line;
    const key = [request.listenerPort, expectation?.rule.id, difference, rulePriority, actions, targetGroupArn].join(" ");
    this.#mismatches.add(difference === "status" ? `${key} ${status}` : key, () => ({
      difference: difference ?? "rule",
      expectation,
      listenerPort: request.listenerPort,
      logged: {
        rulePriority,
        actions: detach(actions ?? "-"),
        status,
        ...(targetGroupArn !== undefined && { targetGroupArn: detach(targetGroupArn) }),
        ...(redirectUrl !== undefined && { redirectUrl: detach(redirectUrl) }),
      },
      example: this.#example(),
    }));
  }

  /** Refused before rules, whatever the manifests say. */
  #countTrace(line: LogLine): void {
    if (line.status === TRACE_REFUSED) this.#agreeing += 1;
    else this.#countRuleless(line);
  }

  #countRuleless({ status }: LogLine): void {
    this.#notAboutRules.add(status, () => ({ status, example: this.#example() }));
  }

  #loadBalancerOf(line: LogLine): ReplayedLoadBalancer {
    const known = this.#loadBalancers.get(line.loadBalancer);
    if (known !== undefined) return known;
    const logged = detach(line.loadBalancer);
    const { routes, newRoutes = [] } = this.#options;
    const named = nameLoadBalancer(logged, routes);
    const next = nameLoadBalancer(logged, newRoutes);
    const loadBalancer: ReplayedLoadBalancer = {
      logged,
      ...(named !== undefined && { found: { predictor: this.#predictorOf(named.routes), likeness: named.likeness } }),
      next: next && this.#predictorOf(next.routes),
      lines: 0,
      links: new GroupLinks(),
    };
    this.#loadBalancers.set(logged, loadBalancer);
    return loadBalancer;
  }

  #predictorOf(routes: Routes): Predictor {
    const known = this.#predictors.get(routes) ?? new Predictor(routes);
    this.#predictors.set(routes, known);
    return known;
  }

  #example(): Example {
    return { file: this.#file, line: this.#lineNumber, text: detach(this.#text) };
  }
}
