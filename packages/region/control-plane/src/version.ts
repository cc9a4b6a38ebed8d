import { KUBERNETES_VERSION } from "@loopway/kube";

export function versionAnswer(): Record<string, string> {
  return {
    major: "1",
    minor: "33",
    gitVersion: KUBERNETES_VERSION,
    gitCommit: "",
    gitTreeState: "clean",
    buildDate: "2026-11-21T00:00:00Z",
    goVersion: "",
    compiler: "",
    platform: `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`,
  };
}
