/** Minor versions of the AWS Load Balancer Controller, oldest first; each stands for its last patch release. Source: its releases. */
export const LBC_VERSIONS = [
  "v2.4",
  "v2.5",
  "v2.6",
  "v2.7",
  "v2.8",
  "v2.9",
  "v2.10",
  "v2.11",
  "v2.12",
  "v2.13",
  "v2.14",
  "v2.15",
  "v2.16",
  "v2.17",
  "v3.0",
  "v3.1",
  "v3.2",
  "v3.3",
  "v3.4",
  "v3.5",
] as const;

export type LbcVersion = (typeof LBC_VERSIONS)[number];

/** The one that Loopway is made after. */
export const NEWEST_LBC_VERSION: LbcVersion = "v3.5";

export function isLbcVersion(text: string): text is LbcVersion {
  return (LBC_VERSIONS as readonly string[]).includes(text);
}

/** Whether `version` is `since` or newer. */
export function isAtLeast(version: LbcVersion, since: LbcVersion): boolean {
  return LBC_VERSIONS.indexOf(version) >= LBC_VERSIONS.indexOf(since);
}
