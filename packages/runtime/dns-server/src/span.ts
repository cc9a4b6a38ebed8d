import type { Exchange } from "@loopway/dns";
import type { Span } from "@loopway/model";

type Surroundings = Pick<Span, "hop" | "name" | "downstream" | "startUs" | "endUs" | "bytesIn">;

/** The outcome's code is the rcode: a name server always produces the result itself. */
export function buildSpan({ query, resolution, response }: Exchange, surroundings: Surroundings): Span {
  const { question, refusal } = query;
  const rcode = resolution?.rcode ?? refusal?.rcode ?? "FORMERR";
  return {
    ...surroundings,
    upstreams: [],
    decisions: resolution === undefined ? [] : [resolution.decision],
    outcome: { kind: "answered", code: rcode },
    bytesOut: response.length,
    ...(question === undefined ? {} : { summary: `${question.type} ${question.name.replace(/(.)\.$/, "$1")}` }),
  };
}
