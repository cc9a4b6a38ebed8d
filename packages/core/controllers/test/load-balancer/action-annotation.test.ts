import { expect, test } from "vitest";
import { readActionAnnotation } from "../../src/load-balancer/action-annotation.ts";
import { ALB } from "./objects.ts";

function read(value: object | string) {
  const problems: string[] = [];
  const raw = typeof value === "string" ? value : JSON.stringify(value);
  const result = readActionAnnotation("web", [{ [`${ALB}/actions.web`]: raw }], (problem) => problems.push(problem));
  return result.kind === "action" ? result.action : problems;
}

const two = [
  { serviceName: "blue", servicePort: "80", weight: 90 },
  { serviceName: "green", servicePort: "http", weight: 10 },
];

const readable: [name: string, written: object, action: object][] = [
  [
    "a fixed response",
    { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "503", messageBody: "later" } },
    { type: "fixed-response", fixedResponseConfig: { contentType: "text/plain", statusCode: "503", messageBody: "later" } },
  ],
  [
    "keys in any case, unknown keys dropped",
    { Type: "redirect", RedirectConfig: { StatusCode: "HTTP_301", HOST: "b.example.com", colour: "red" } },
    { type: "redirect", redirectConfig: { statusCode: "HTTP_301", host: "b.example.com" } },
  ],
  [
    "weights; a numeric servicePort in quotes is a number",
    { type: "forward", forwardConfig: { targetGroups: two, targetGroupStickinessConfig: { enabled: true, durationSeconds: 200 } } },
    {
      type: "forward",
      forwardConfig: {
        targetGroups: [
          { serviceName: "blue", servicePort: 80, weight: 90 },
          { serviceName: "green", servicePort: "http", weight: 10 },
        ],
        targetGroupStickinessConfig: { enabled: true, durationSeconds: 200 },
      },
    },
  ],
  [
    "a target group by name, without forwardConfig",
    { type: "forward", targetGroupName: "mine" },
    { type: "forward", forwardConfig: { targetGroups: [{ targetGroupName: "mine" }] } },
  ],
];

test.each(readable)("%s", (_name, written, action) => expect(read(written)).toEqual(action));

const tuple = (fields: object | string) => ({ type: "forward", forwardConfig: { targetGroups: [fields] } });
const refused: [written: object | string, problem: string][] = [
  ["null", "unknown action type: "],
  ["[]", `failed to parse json annotation, ${ALB}/actions.web: []: json: cannot unmarshal array into Go value of type ingress.Action`],
  ["{", `failed to parse json annotation, ${ALB}/actions.web: {: unexpected end of JSON input`],
  [{ type: "authenticate-oidc" }, "unknown action type: authenticate-oidc"],
  [{ type: "fixed-response" }, "missing FixedResponseConfig"],
  [{ type: "fixed-response", fixedResponseConfig: {} }, "invalid FixedResponseConfig: statusCode is required"],
  [{ type: "redirect" }, "missing RedirectConfig"],
  [{ type: "redirect", redirectConfig: {} }, "invalid RedirectConfig: statusCode is required"],
  [{ type: "forward" }, "missing ForwardConfig or TargetGroupARN/TargetGroupName"],
  [
    { type: "forward", targetGroupName: "x", forwardConfig: { targetGroups: [] } },
    "either ForwardConfig or TargetGroupARN/TargetGroupName can be specified",
  ],
  [tuple({}), "invalid ForwardConfig: invalid TargetGroupTuple: missing serviceName or targetGroupARN/targetGroupName"],
  [
    tuple({ serviceName: "a", servicePort: 80, targetGroupName: "x" }),
    "invalid ForwardConfig: invalid TargetGroupTuple: either serviceName or targetGroupARN/targetGroupName can be specified",
  ],
  [tuple({ serviceName: "a" }), "invalid ForwardConfig: invalid TargetGroupTuple: missing servicePort"],
  [
    { type: "forward", forwardConfig: { targetGroups: [{ targetGroupName: "a", weight: 1 }, { targetGroupName: "b" }] } },
    "invalid ForwardConfig: weight must be set when route to multiple target groups",
  ],
];

const mistyped: [written: object, field: string, found: string, wanted: string][] = [
  [
    { type: "fixed-response", fixedResponseConfig: { statusCode: 503 } },
    "FixedResponseActionConfig.fixedResponseConfig.statusCode",
    "number",
    "string",
  ],
  [tuple({ serviceName: "a", servicePort: 80, weight: "20" }), "TargetGroupTuple.forwardConfig.targetGroups.weight", "string", "int32"],
  [{ type: "redirect", redirectConfig: ["HTTP_301"] }, "Action.redirectConfig", "array", "ingress.RedirectActionConfig"],
  [tuple("web"), "ForwardActionConfig.forwardConfig.targetGroups", "string", "ingress.TargetGroupTuple"],
];
test.each(mistyped)("Go refuses the whole of %j", (written, field, found, wanted) => {
  expect(read(written)).toEqual([
    `failed to parse json annotation, ${ALB}/actions.web: ${JSON.stringify(written)}: json: cannot unmarshal ${found} into Go struct field ${field} of type ${wanted}`,
  ]);
});

test.each(refused)("%j is refused", (written, problem) => expect(read(written)).toEqual([problem]));

test("an absent annotation is no problem", () => {
  expect(readActionAnnotation("web", [{}], () => expect.unreachable())).toEqual({ kind: "absent" });
});
