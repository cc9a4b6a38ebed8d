/** Names of HostedZone and RecordSet objects: DNS-1123 subdomains made from DNS names, which may hold `_`, `*` and any octet. */

const MAX_OBJECT_NAME = 253;

/** "example.com" for "example.com." */
export function hostedZoneObjectName(name: string): string {
  return objectName(name.replace(/\.$/, ""), "");
}

/** "www.example.com-a" for ("www.example.com.", "A"). A name that had to be changed carries a hash of the original, so that no two meet. */
export function recordSetObjectName(name: string, type: string): string {
  return objectName(name.replace(/\.$/, ""), `-${type.toLowerCase()}`);
}

function objectName(dnsName: string, suffix: string): string {
  const wanted = dnsName.toLowerCase();
  const room = MAX_OBJECT_NAME - suffix.length;
  if (wanted.length <= room && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(wanted)) return wanted + suffix;
  const hash = fnv1a(wanted).toString(16).padStart(8, "0");
  const readable = wanted
    .replaceAll("*", "wildcard")
    .split(".")
    .map((label) => label.replace(/[^a-z0-9-]/g, "").replace(/^-+|-+$/g, ""))
    .filter((label) => label !== "")
    .join(".");
  return `${readable.slice(0, room - 10)}.${hash}${suffix}`.replace(/^[.-]+/, "").replace(/[.-]+\./g, ".");
}

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}
