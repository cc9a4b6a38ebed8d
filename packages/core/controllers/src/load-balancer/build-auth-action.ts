// What comes before the routing action of an HTTPS listener: authentication or JWT validation (pkg/ingress/model_build_actions.go).
import type { Action, Secret } from "@loopway/model";
import type { AuthSettings, OidcProvider } from "./auth-annotations.ts";
import type { LoadedBackend } from "./build-backend.ts";
import { decodeBase64 } from "./decode-base64.ts";
import { namespaceOf, type Place, reportTo, type StackBuild } from "./stack-build.ts";

/** None, or one. Undefined after a problem. */
export function buildAuthAction(build: StackBuild, place: Place, backend: LoadedBackend): Action[] | undefined {
  const { authConfig, jwtValidationConfig } = backend;
  if (jwtValidationConfig !== undefined && authConfig.type !== "none")
    return fail(build, place, "authentication and jwt validation can't both be configured");
  if (jwtValidationConfig !== undefined) return [{ type: "jwt-validation", jwtValidationConfig }];
  if (authConfig.type === "cognito") return buildCognito(build, place, authConfig);
  return authConfig.type === "oidc" ? buildOidc(build, place, authConfig) : [];
}

function buildCognito(build: StackBuild, place: Place, auth: AuthSettings): Action[] | undefined {
  const { idpConfigCognito } = auth;
  if (idpConfigCognito === undefined) return fail(build, place, "missing IDPConfigCognito");
  return [{ type: "authenticate-cognito", authenticateCognitoConfig: { ...idpConfigCognito, ...sessionOf(auth) } }];
}

/** The Secret is looked for in the namespace of the Ingress; the action refers to its clientSecret, whose trailing control characters do not count. */
function buildOidc(build: StackBuild, place: Place, auth: AuthSettings): Action[] | undefined {
  const { idpConfigOIDC } = auth;
  if (idpConfigOIDC === undefined) return fail(build, place, "missing IDPConfigOIDC");
  const { secretName, ...provider }: OidcProvider = idpConfigOIDC;
  const namespace = namespaceOf(place.ingress);
  const secret = build.snapshot.get<Secret>("Secret", namespace, secretName);
  if (secret === undefined) return fail(build, place, `secrets "${secretName}" not found`);
  const { clientID = secret.data?.clientId, clientSecret } = secret.data ?? {};
  if (clientID === undefined) return fail(build, place, `missing clientID, secret: ${namespace}/${secretName}`);
  if (clientSecret === undefined) return fail(build, place, `missing clientSecret, secret: ${namespace}/${secretName}`);
  const client = { clientID: decodeBase64(clientID).trimEnd(), clientSecret: { namespace, name: secretName, key: "clientSecret" } };
  return [{ type: "authenticate-oidc", authenticateOIDCConfig: { ...provider, ...client, ...sessionOf(auth) } }];
}

function sessionOf({ onUnauthenticatedRequest, scope, sessionCookieName, sessionTimeout }: AuthSettings) {
  return { onUnauthenticatedRequest, scope, sessionCookieName, sessionTimeout };
}

function fail(build: StackBuild, place: Place, message: string): undefined {
  reportTo(build, place)(message);
  return undefined;
}
