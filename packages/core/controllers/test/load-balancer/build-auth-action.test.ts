import type { Rule, Secret } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { loadBalancerController } from "../../src/load-balancer/reconcile.ts";
import { createWorld } from "../world.ts";
import { albClass, backend, ingress, nodePortService, rule } from "./objects.ts";
import { specOf, strictStack } from "./strict-stack.ts";

const spec = { rules: [rule(undefined, ["/", "Prefix", backend("web")])] };
const secure = { "listen-ports": '[{"HTTPS": 443}]', "certificate-arn": "arn:one" };
const cognito = { userPoolARN: "arn:pool", userPoolClientID: "client", userPoolDomain: "domain" };
const provider = { issuer: "https://idp", authorizationEndpoint: "https://idp/a", tokenEndpoint: "https://idp/t" };
const oidc = { ...provider, userInfoEndpoint: "https://idp/u", secretName: "client" };
const secret = (data: Record<string, string>): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "client", namespace: "default" },
  data,
});
const encoded = (text: string) => Buffer.from(text).toString("base64");
const whole = secret({ clientID: encoded("id\n"), clientSecret: encoded("hush\n") });
const session = {
  onUnauthenticatedRequest: "authenticate",
  scope: "openid",
  sessionCookieName: "AWSELBAuthSessionCookie",
  sessionTimeout: 604_800,
};

function actionsOf(annotations: Record<string, string>, ...objects: Secret[]): unknown {
  const stack = strictStack([ingress("a", spec, annotations)], { objects });
  return typeof stack === "string" ? stack : (specOf(stack, "ListenerRule").actions as { type: string }[])[0];
}

test("cognito, before the forward, with the defaults of a session", () => {
  expect(actionsOf({ ...secure, "auth-type": "cognito", "auth-idp-cognito": JSON.stringify(cognito) })).toEqual({
    type: "authenticate-cognito",
    authenticateCognitoConfig: { ...cognito, ...session },
  });
});

test("oidc: the Secret of the Ingress's namespace; a plan does not show it", () => {
  const { secretName: _, ...shown } = oidc;
  const annotations = { ...secure, "auth-type": "oidc", "auth-idp-oidc": JSON.stringify(oidc), "auth-on-unauthenticated-request": "deny" };
  expect(actionsOf(annotations, whole)).toEqual({
    type: "authenticate-oidc",
    authenticateOIDCConfig: {
      ...shown,
      ...session,
      onUnauthenticatedRequest: "deny",
      clientID: "[REDACTED]",
      clientSecret: "[REDACTED]",
    },
  });
});

test("oidc: what is stored refers to the Secret and holds no client secret", () => {
  const annotations = { "auth-type": "oidc", "auth-idp-oidc": JSON.stringify(oidc), ...secure };
  const world = createWorld([loadBalancerController]);
  Object.assign(world.settings, { strict: true, serves: { https: true } });
  world.create(albClass, nodePortService("web", 30_003), whole, ingress("a", spec, annotations));
  world.settle();
  const [rule] = world.list<Rule>("Rule");
  expect(rule?.spec.actions[0]?.authenticateOIDCConfig).toMatchObject({
    clientID: "id",
    clientSecret: { namespace: "default", name: "client", key: "clientSecret" },
  });
  expect(JSON.stringify(["Rule", "Listener", "Event"].map((kind) => world.list(kind)))).not.toContain("hush");
});

test("jwt-validation", () => {
  const jwt = { jwksEndpoint: "https://idp/jwks", issuer: "https://idp" };
  expect(actionsOf({ ...secure, "jwt-validation": JSON.stringify(jwt) })).toEqual({ type: "jwt-validation", jwtValidationConfig: jwt });
});

test("on an HTTP listener authentication vanishes without a word", () => {
  expect(actionsOf({ "auth-type": "cognito", "auth-idp-cognito": JSON.stringify(cognito) })).toMatchObject({ type: "forward" });
});

const withOidc = { "auth-type": "oidc", "auth-idp-oidc": JSON.stringify(oidc) };
const refusals: [says: string, annotations: Record<string, string>, ...objects: Secret[]][] = [
  ["unknown authType: saml", { "auth-type": "saml" }],
  ["missing IDPConfigCognito", { "auth-type": "cognito" }],
  ["missing IDPConfigOIDC", { "auth-type": "oidc" }],
  ["missing clientID, secret: default/client", withOidc, secret({ clientSecret: "x" })],
  ["missing clientSecret, secret: default/client", withOidc, secret({ clientId: "x" })],
  [
    "authentication and jwt validation can't both be configured",
    { ...withOidc, "jwt-validation": '{"jwksEndpoint": "https://idp/jwks", "issuer": "https://idp"}' },
    whole,
  ],
  ["jwksEndpoint is a required field for jwt validation", { "jwt-validation": '{"issuer": "https://idp"}' }],
];

describe.each(refusals)("refused: %s", (says, annotations, ...objects) => {
  test("for the whole group", () => expect(actionsOf({ ...secure, ...annotations }, ...objects)).toBe(`ingress: default/a: ${says}`));
});
