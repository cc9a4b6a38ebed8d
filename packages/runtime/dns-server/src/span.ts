import type { Exchange } from "@loopway/dns";
import type { Span } from "@loopway/model";

type Surroundings = Pick<Span, "hop" | "name" | "downstream" | "startUs" | "endUs" | "bytesIn"> &
  Partial<Pick<Span, "upstreams" | "outcome">>;

/** The outcome's code is the rcode, unless the result is another server's. */
export function buildSpan({ query, resolution, response }: Exchange, surroundings: Surroundings): Span {
  const { question, refusal } = query;
  const rcode = resolution?.decision.rcode ?? refusal?.rcode ?? "FORMERR";
  return {
    upstreams: [],
    outcome: { kind: "answered", code: rcode },
    ...surroundings,
    decisions: resolution === undefined ? [] : [resolution.decision],
    bytesOut: response.length,
    ...(question === undefined ? {} : { summary: `${question.type} ${question.name.replace(/(.)\.$/, "$1")}` }),
  };
}
