/** How the local CA becomes one that this machine's programs trust, and how it is taken back: pure. */

export interface TrustOptions {
  platform: NodeJS.Platform;
  isRoot: boolean;
  caFile: string;
  /** Tells the CAs of several instances apart. */
  name: string;
  /** ~/.pki/nssdb, Chromium's on Linux, where certutil can change it. */
  nssFolder: string | undefined;
}

interface TrustStep {
  what: string;
  command: readonly string[];
}

const ANCHORS = "/usr/local/share/ca-certificates";

/** Debian's, Ubuntu's and Alpine's way on Linux; undefined where there is none that we know. */
export function trustSteps(options: TrustOptions): TrustStep[] | undefined {
  const { platform, caFile, name, nssFolder } = options;
  if (platform === "darwin")
    return [
      step(options, "trust it in the system's keychain", "security", "add-trusted-cert", "-d", "-r", "trustRoot", "-k", KEYCHAIN, caFile),
    ];
  if (platform !== "linux") return undefined;
  const nss = {
    what: "trust it in Chromium",
    command: ["certutil", "-d", `sql:${nssFolder}`, "-A", "-t", "C,,", "-n", name, "-i", caFile],
  };
  return [
    step(options, "put the CA among the system's own", "cp", caFile, `${ANCHORS}/${name}.crt`),
    step(options, "rebuild the system's list", "update-ca-certificates"),
    ...(nssFolder === undefined ? [] : [nss]),
  ];
}

const KEYCHAIN = "/Library/Keychains/System.keychain";

export function untrustSteps(options: TrustOptions): TrustStep[] | undefined {
  const { platform, caFile, name, nssFolder } = options;
  if (platform === "darwin") return [step(options, "take it from the keychain", "security", "remove-trusted-cert", "-d", caFile)];
  if (platform !== "linux") return undefined;
  const nss = { what: "take it from Chromium", command: ["certutil", "-d", `sql:${nssFolder}`, "-D", "-n", name] };
  return [
    step(options, "take the CA from the system's own", "rm", "-f", `${ANCHORS}/${name}.crt`),
    step(options, "rebuild the system's list", "update-ca-certificates", "--fresh"),
    ...(nssFolder === undefined ? [] : [nss]),
  ];
}

function step({ isRoot }: TrustOptions, what: string, ...command: string[]): TrustStep {
  return { what, command: isRoot ? command : ["sudo", ...command] };
}
