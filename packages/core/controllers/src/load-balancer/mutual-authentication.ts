// mutual-authentication: `[{"port": 443, "mode": "verify", "trustStore": "arn:…"}]` (pkg/ingress/model_build_listener.go).
import type { Ingress, MutualAuthentication } from "@loopway/model";
import { type Report, readText } from "./annotations.ts";
import { decodeObjects, type GoObject } from "./go-json.ts";

const SUFFIX = "mutual-authentication";
const MODES = ["off", "passthrough", "verify"];
const HTTPS_PORT = 443;

/** By listener port. Without the annotation only 443 has an entry: off. */
export function readMutualAuthentication({ metadata }: Ingress, report: Report): Map<number, MutualAuthentication> {
  const raw = readText(SUFFIX, [metadata.annotations]);
  if (raw === undefined) return new Map([[HTTPS_PORT, { mode: "off" }]]);
  const problems: string[] = [];
  const decoded = decodeObjects(
    raw,
    "ingress.MutualAuthenticationConfig",
    (entries) => new Map(entries.map((entry) => [entry.integer("port") ?? 0, buildEntry(entry, (problem) => problems.push(problem))])),
  );
  if ("error" in decoded) {
    report(`failed to parse mutualAuthentication configuration from ingress annotation: \`${raw}\`: ${decoded.error}`);
    return new Map();
  }
  if (decoded.value.size === 0) problems.push(`empty mutualAuthentication configuration from ingress annotation: \`${raw}\``);
  problems.forEach(report);
  return decoded.value;
}

function buildEntry(entry: GoObject, report: Report): MutualAuthentication {
  const mode = entry.text("mode") ?? "";
  const trustStoreARN = entry.text("trustStore") ?? "";
  const ignores = entry.boolean("ignoreClientCertificateExpiry");
  const advertises = entry.text("advertiseTrustStoreCaNames");
  const problem = entryProblem({ port: entry.integer("port") ?? 0, mode, trustStoreARN, ignores, advertises });
  if (problem !== undefined) report(problem);
  const ignoreClientCertificateExpiry = ignores ?? (mode === "verify" ? false : undefined);
  return {
    mode,
    trustStoreARN,
    ...(ignoreClientCertificateExpiry === undefined ? {} : { ignoreClientCertificateExpiry }),
    ...(advertises === undefined ? {} : { advertiseTrustStoreCaNames: advertises }),
  };
}

interface Entry {
  port: number;
  mode: string;
  trustStoreARN: string;
  ignores: boolean | undefined;
  advertises: string | undefined;
}

function entryProblem({ port, mode, trustStoreARN, ignores, advertises }: Entry): string | undefined {
  if (port < 1 || port > 65_535) return `listen port must be within [1, 65535]: ${port}`;
  if (mode === "") return `mutualAuthentication mode cannot be empty for port ${port}`;
  if (!MODES.includes(mode)) return `mutualAuthentication mode value must be among [${MODES.join(", ")}] for port ${port} : ${mode}`;
  if (mode === "verify" && trustStoreARN === "") return `trustStore is required when mutualAuthentication mode is verify for port ${port}`;
  if (mode === "verify") return advertisesProblem(port, advertises);
  if (trustStoreARN !== "") return `Mutual Authentication mode ${mode} does not support trustStore for port ${port}`;
  if (ignores !== undefined)
    return `Mutual Authentication mode ${mode} does not support ignoring client certificate expiry for port ${port}`;
  return advertises === undefined
    ? undefined
    : `Mutual Authentication mode ${mode} does not support advertiseTrustStoreCaNames for port ${port}`;
}

function advertisesProblem(port: number, advertises: string | undefined): string | undefined {
  return advertises === undefined || advertises === "on" || advertises === "off"
    ? undefined
    : `advertiseTrustStoreCaNames only supports the values "on" and "off" for port ${port}`;
}
