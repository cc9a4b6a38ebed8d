/** Names and numbers as apimachinery's util/validation judges them; each returns what is wrong, or undefined. */

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";

const subdomainWords = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`;
const labelWords = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`;
const label1035Words = `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${LABEL_1035}')`;

function checkName(pattern: string, words: string, limit: number): (name: string) => string | undefined {
  const regexp = new RegExp(`^${pattern}$`);
  return (name) => {
    if (name.length > limit) return `must be no more than ${limit} characters`;
    return regexp.test(name) ? undefined : words;
  };
}

export const checkSubdomain = checkName(SUBDOMAIN, subdomainWords, 253);
export const checkLabel = checkName(LABEL, labelWords, 63);
export const checkLabel1035 = checkName(LABEL_1035, label1035Words, 63);

/** IANA_SVC_NAME: the name of a port. */
export function checkPortName(name: string): string | undefined {
  if (name.length > 15) return "must be no more than 15 characters";
  if (!/^[-a-z0-9]+$/.test(name)) {
    return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
  }
  if (!/[a-z]/.test(name)) return "must contain at least one letter (a-z)";
  if (name.includes("--")) return "must not contain consecutive hyphens";
  return name.startsWith("-") || name.endsWith("-") ? "must not begin or end with a hyphen" : undefined;
}

export function checkPortNumber(port: unknown): string | undefined {
  return typeof port === "number" && port >= 1 && port <= 65_535 ? undefined : "must be between 1 and 65535, inclusive";
}
