import type { Backend, Outcome, Response, Visit } from "./explanation.ts";

/** What became of the request at the end of the redirects. */
export function judge(visits: readonly Visit[]): Outcome {
  const last = visits.at(-1);
  if (last === undefined) return { kind: "unreachable", reason: "nothing was asked" };
  const { response, failure, rule } = last;
  if (failure !== undefined) return { kind: "unreachable", reason: failure };
  if (response === undefined) return { kind: "unreachable", reason: "nothing answers" };
  return response.kind === "forward" ? judgeForward(response) : judgeAnswer(response, rule?.place !== undefined);
}

function judgeForward({ backends, after }: Extract<Response, { kind: "forward" }>): Outcome {
  const failing = backends.filter(({ failure, share }) => failure !== undefined && share > 0);
  const answering = backends.filter(({ failure, share }) => failure === undefined && share > 0);
  if (answering.length > 0) {
    const logins = after.map((type) => `${type} comes first: a client without a session is sent to log in`);
    return { kind: "reached", reservations: [...logins, ...failing.map(reservation)] };
  }
  const { failure } = failing[0] ?? {};
  if (failure === undefined) return { kind: "unreachable", status: 503, reason: "every target group has the weight 0" };
  return { kind: "unreachable", ...(failure.status === undefined ? {} : { status: failure.status }), reason: failure.reason };
}

function reservation({ share, failure }: Backend): string {
  return `${Math.round(share * 100)} % of the requests get ${failure?.status ?? "no answer"}: ${failure?.reason}`;
}

/** The 404 of a listener whose default action nobody wrote is no answer that somebody meant. */
function judgeAnswer(response: Exclude<Response, { kind: "forward" }>, isWritten: boolean): Outcome {
  switch (response.kind) {
    case "redirect":
      return { kind: "answered", status: response.status, reason: `redirects to ${response.location}, which these manifests do not serve` };
    case "login":
      return { kind: "answered", status: response.status, reason: `${response.by}: a client without a session is sent to log in` };
    case "error":
      return { kind: "unreachable", status: response.status, reason: response.reason };
    case "fixed-response": {
      const { status, reason } = response;
      if (reason !== undefined) return { kind: "unreachable", status, reason };
      if (isWritten) return { kind: "answered", status, reason: "a fixed response" };
      return { kind: "unreachable", status, reason: "no rule takes the request, and nobody wrote a default backend" };
    }
  }
}
