import { expect, test } from "vitest";
import { backend, ingress, rule } from "./objects.ts";
import { specOf, strictStack } from "./strict-stack.ts";

const spec = { rules: [rule(undefined, ["/", "Exact", backend("web")])] };
const annotated = (transforms: string, name = "web") => strictStack([ingress("a", spec, { [`transforms.${name}`]: transforms })]);

test("the transforms of a Service reach the rules that forward to it", () => {
  const transforms = [
    { type: "url-rewrite", urlRewriteConfig: { rewrites: [{ regex: "^/users/(.+)$", replace: "/$1" }] } },
    { type: "host-header-rewrite", hostHeaderRewriteConfig: { rewrites: [{ regex: "^api\\.", replace: "" }] } },
  ];
  expect(specOf(annotated(JSON.stringify(transforms)), "ListenerRule").transforms).toEqual(transforms);
  expect(specOf(annotated(JSON.stringify(transforms), "other"), "ListenerRule").transforms).toBeUndefined();
});

test.each([
  ["unknown transform type: path-rewrite", [{ type: "path-rewrite" }]],
  ["missing urlRewriteConfig", [{ type: "url-rewrite" }]],
  ["urlRewriteConfig.rewrites cannot be empty", [{ type: "url-rewrite", urlRewriteConfig: { rewrites: [] } }]],
  ["hostHeaderRewriteConfig.rewrites cannot be empty", [{ type: "host-header-rewrite", hostHeaderRewriteConfig: {} }]],
])("refused: %s", (says, transforms) => {
  expect(annotated(JSON.stringify(transforms))).toContain(says);
});
