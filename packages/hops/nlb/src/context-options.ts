import type { SecureContextOptions } from "node:tls";
import type { SecurityPolicy } from "@loopway/model";

/** OpenSSL refuses TLS 1.0 and 1.1 above security level 0 (SSL_CTX_set_security_level). */
const OLD_VERSIONS = "@SECLEVEL=0";

/** A security policy in OpenSSL's terms. Ciphers that this OpenSSL does not have are left out by itself. */
export function contextOptions({ minVersion, maxVersion, ciphers }: SecurityPolicy): SecureContextOptions {
  const isOld = minVersion === "TLSv1" || minVersion === "TLSv1.1";
  return { minVersion, maxVersion, ciphers: [...ciphers, ...(isOld ? [OLD_VERSIONS] : [])].join(":") };
}
