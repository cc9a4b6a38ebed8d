import type { RuleCondition } from "@loopway/model";

/** One rule of a listener, as far as matching goes. Give richer objects (with actions, with their origin): the table hands them back. */
export interface RuleInput {
  /** Name for problems and explanations: that of the Rule object. */
  id: string;
  /** The lowest that matches wins; of two equal ones, which AWS refuses, the first given. */
  priority: number;
  /** All must hold; the values of one condition are alternatives. */
  conditions: readonly RuleCondition[];
}

/** What rules look at of one request. A parsed request head has all but `host` and `sourceIp` as it stands. */
export interface RequestView {
  /** Lower case, without port; "" when the request names none. */
  readonly host: string;
  /** As sent, without the query; never normalised. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string | undefined;
  readonly method: string;
  /** Header names in lower case, in order of arrival; a repeated header stands there as often. */
  readonly keys: readonly string[];
  /** The value of each of `keys`. */
  readonly values: readonly string[];
  /** Address of the TCP peer, not what X-Forwarded-For says. */
  readonly sourceIp: string;
}
