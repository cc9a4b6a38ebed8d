/** Which Load Balancer Controller, in which account: the options that every command about manifests shares. */
import type { SettleOptions } from "@loopway/analysis";
import {
  isLbcVersion,
  LBC_VERSIONS,
  type LbcVersion,
  LoopwayError,
  NEWEST_LBC_VERSION,
  parseQuota,
  QUOTA_NAMES,
  type Quotas,
} from "@loopway/model";
import { type Arguments, flag, listOption, stringOption } from "./command.ts";

export const controllerOptions = {
  "lbc-version": { type: "string" },
  quota: { type: "string", multiple: true },
} as const;

export const controllerHelp: readonly (readonly [string, string])[] = [
  ["--lbc-version V", `the controller to be like, ${LBC_VERSIONS[0]} to ${NEWEST_LBC_VERSION} (default ${NEWEST_LBC_VERSION})`],
  ["--quota NAME=NUMBER", `an AWS quota of your account, checked where strict: ${Object.keys(QUOTA_NAMES).join(", ")}`],
];

/** Throws E_USAGE. */
export function controllerOf(arguments_: Arguments): { lbcVersion: LbcVersion; quotas: Partial<Quotas> } {
  return { lbcVersion: lbcVersionOf(arguments_), quotas: quotasOf(arguments_) };
}

/** For commands that are strict unless --lenient is given. Throws E_USAGE. */
export function settleOptionsOf(arguments_: Arguments): Pick<SettleOptions, "strict" | "lbcVersion" | "quotas"> {
  return { strict: !flag(arguments_, "lenient"), ...controllerOf(arguments_) };
}

function lbcVersionOf(arguments_: Arguments): LbcVersion {
  const version = stringOption(arguments_, "lbc-version") ?? NEWEST_LBC_VERSION;
  if (!isLbcVersion(version))
    throw new LoopwayError("E_USAGE", { message: `--lbc-version is ${version}; expected one of ${LBC_VERSIONS.join(", ")}` });
  return version;
}

function quotasOf(arguments_: Arguments): Partial<Quotas> {
  const quotas: Partial<Quotas> = {};
  for (const text of listOption(arguments_, "quota")) {
    const quota = parseQuota(text);
    if (typeof quota === "string") throw new LoopwayError("E_USAGE", { message: `--quota: ${quota}` });
    Object.assign(quotas, quota);
  }
  return quotas;
}
