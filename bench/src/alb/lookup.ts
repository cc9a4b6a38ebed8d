import type { IncomingMessage } from "node:http";
import { compileRules, matchRule } from "@loopway/routing";
import { buildWorkload } from "../matcher/workload.ts";

/** For the peers: the rule table of the load in front of node:http. Answers whether a rule takes the request. */
export function createLookup(load: string): (request: IncomingMessage) => boolean {
  const { table } = compileRules(buildWorkload(load).rules);
  return ({ method = "GET", url = "/", headers }) => {
    const mark = url.indexOf("?");
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = mark < 0 ? undefined : url.slice(mark + 1);
    const [keys, values] = [Object.keys(headers), Object.values(headers) as string[]];
    return matchRule(table, { host: headers.host ?? "", path, query, method, keys, values, sourceIp: "127.0.0.1" }) >= 0;
  };
}
