// auth-*: who a request must be from, on HTTPS listeners (pkg/ingress/auth_config_builder.go). On the Service, which wins, or the Ingress.
import type { AuthenticateConfig } from "@loopway/model";
import { type AnnotationSources, type Report, readLong, readText } from "./annotations.ts";
import { type GoObject, readGoObject } from "./go-json.ts";

const TYPES = ["none", "cognito", "oidc"] as const;
const DEFAULTS = { onUnauthenticatedRequest: "authenticate", scope: "openid", sessionCookieName: "AWSELBAuthSessionCookie" };
const DEFAULT_SESSION_TIMEOUT = 604_800;

export type AuthSettings = Required<Omit<AuthenticateConfig, "authenticationRequestExtraParams">> & {
  type: (typeof TYPES)[number];
  idpConfigCognito?: CognitoProvider;
  idpConfigOIDC?: OidcProvider;
};

interface ExtraParams {
  authenticationRequestExtraParams?: Record<string, string>;
}

interface CognitoProvider extends ExtraParams {
  userPoolARN: string;
  userPoolClientID: string;
  userPoolDomain: string;
}

export interface OidcProvider extends ExtraParams {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userInfoEndpoint: string;
  secretName: string;
}

/** Undefined after a problem. */
export function readAuthSettings(sources: AnnotationSources, report: Report): AuthSettings | undefined {
  const raw = readText("auth-type", sources) ?? "none";
  const type = TYPES.find((name) => name === raw);
  if (type === undefined) {
    report(`unknown authType: ${raw}`);
    return undefined;
  }
  const sessionTimeout = readLong("auth-session-timeout", sources, report) ?? DEFAULT_SESSION_TIMEOUT;
  const cognito = readGoObject({ suffix: "auth-idp-cognito", type: "ingress.AuthIDPConfigCognito", sources }, report, buildCognito);
  const oidc = readGoObject({ suffix: "auth-idp-oidc", type: "ingress.AuthIDPConfigOIDC", sources }, report, buildOidc);
  if (cognito === "invalid" || oidc === "invalid") return undefined;
  return {
    type,
    onUnauthenticatedRequest: readText("auth-on-unauthenticated-request", sources) ?? DEFAULTS.onUnauthenticatedRequest,
    scope: readText("auth-scope", sources) ?? DEFAULTS.scope,
    sessionCookieName: readText("auth-session-cookie", sources) ?? DEFAULTS.sessionCookieName,
    sessionTimeout,
    ...(cognito === "absent" ? {} : { idpConfigCognito: cognito }),
    ...(oidc === "absent" ? {} : { idpConfigOIDC: oidc }),
  };
}

function buildCognito(object: GoObject): CognitoProvider {
  return {
    userPoolARN: object.text("userPoolARN") ?? "",
    userPoolClientID: object.text("userPoolClientID") ?? "",
    userPoolDomain: object.text("userPoolDomain") ?? "",
    ...extraParams(object),
  };
}

function buildOidc(object: GoObject): OidcProvider {
  return {
    issuer: object.text("issuer") ?? "",
    authorizationEndpoint: object.text("authorizationEndpoint") ?? "",
    tokenEndpoint: object.text("tokenEndpoint") ?? "",
    userInfoEndpoint: object.text("userInfoEndpoint") ?? "",
    secretName: object.text("secretName") ?? "",
    ...extraParams(object),
  };
}

function extraParams(object: GoObject): ExtraParams {
  const params = object.map("authenticationRequestExtraParams");
  return params === undefined ? {} : { authenticationRequestExtraParams: params };
}
