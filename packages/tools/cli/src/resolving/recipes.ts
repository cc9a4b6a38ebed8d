/** The ways in which a program of this machine comes to the region's names: pure, from what the machine can and where Loopway is bound. */
import { addressPlan } from "@loopway/model";
import { type Endpoints, exampleUrl } from "../endpoints.ts";
import { curlFor } from "../sample-url.ts";
import type { Machine } from "./machine.ts";

export interface Recipe {
  name: string;
  what: string;
  /** Why it does not work here; undefined: it does. */
  obstacle: string | undefined;
  /** For a shell, one after the other. */
  commands: string[];
}

interface RecipeOptions {
  machine: Machine;
  endpoints: Endpoints;
  /** Base64 of the SHA-256 of DNS over HTTPS's public key; undefined before the first start. */
  spki: string | undefined;
  /** The command as one types it here. */
  command: string;
}

export function buildRecipes(options: RecipeOptions): Recipe[] {
  const { machine, endpoints } = options;
  const [endpoint] = endpoints.hosts;
  const url = exampleUrl(endpoints);
  const curl = machine.hasCurl ? undefined : "curl is not installed";
  const cannotDial = undialable(endpoints);
  const recipes: Recipe[] = [
    {
      name: "proxy",
      what: "the forward proxy resolves: any program that knows a proxy, no root",
      obstacle: curl,
      commands: [`${curlFor(url)} -x ${endpoints.proxy} ${url}`],
    },
    {
      name: "connect-to",
      what: "curl is told where to connect, no root",
      obstacle: curl ?? (endpoint === undefined ? "no Ingress has a host yet, and no network load balancer a port for HTTP" : undefined),
      commands: [`${curlFor(url)} --connect-to ${endpoint?.connectTo ?? "HOST:PORT:ADDRESS:PORT"} ${url}`],
    },
    {
      name: "doh",
      what: "DNS over HTTPS, no root",
      obstacle: curl ?? cannotDial,
      commands: [`${curlFor(url)} --doh-url ${endpoints.doh} --cacert ${quote(endpoints.caFile)} ${url}`],
    },
    ...buildBrowserRecipes(options, { url, cannotDial }),
  ];
  if (machine.platform === "linux") recipes.push(...buildNamespaceRecipes(options, { url, curl, cannotDial }));
  if (machine.isWsl) {
    const commands = [`cmd.exe /c start chrome --proxy-server=http://localhost:${new URL(endpoints.proxy).port} ${url}`];
    recipes.push({ name: "windows", what: "a browser of the Windows around WSL 2 by the forward proxy", obstacle: undefined, commands });
  }
  if (machine.platform === "darwin") recipes.push(buildResolverRecipe(options, url));
  return recipes;
}

interface Destination {
  url: string;
  curl?: string | undefined;
  cannotDial: string | undefined;
}

/** Flags do not switch DNS over HTTPS on; a fresh profile's `Local State` does. */
function buildBrowserRecipes({ machine, endpoints, spki }: RecipeOptions, { url, cannotDial }: Destination): Recipe[] {
  const browser = machine.browser ?? "chromium";
  const obstacle = machine.browser === undefined ? "no browser of Chromium's kind is installed" : undefined;
  const profile = `${endpoints.stateDir}/browser`;
  const setting = JSON.stringify({ dns_over_https: { mode: "secure", templates: endpoints.doh } });
  return [
    {
      name: "browser-proxy",
      what: "a browser by the forward proxy",
      obstacle,
      commands: [`${browser} --user-data-dir=${quote(`${profile}-proxy`)} --proxy-server=${endpoints.proxy} ${url}`],
    },
    {
      name: "browser-doh",
      what: "a browser by DNS over HTTPS, in a profile of its own",
      obstacle: obstacle ?? cannotDial,
      commands: [
        `mkdir -p ${quote(profile)}`,
        `printf '%s' '${setting}' > ${quote(`${profile}/Local State`)}`,
        `${browser} --user-data-dir=${quote(profile)} --ignore-certificate-errors-spki-list=${spki ?? "HASH"} ${url}`,
      ],
    },
  ];
}

/** A resolv.conf of one's own, bound over the system's for the programs of one shell. It knows no port: Route 53 must be on 53. */
function buildNamespaceRecipes({ machine, endpoints, command }: RecipeOptions, { url, curl, cannotDial }: Destination): Recipe[] {
  const noUnshare = machine.canUnshare ? curl : "this system restricts user namespaces (unshare -Urn --mount fails)";
  const [address, port] = endpoints.dns.split(":");
  const inner = `${endpoints.stateDir}/unshared`;
  const outerFile = quote(`${endpoints.stateDir}/resolv.conf`);
  const innerFile = quote(`${inner}/resolv.conf`);
  const shell = (flags: string, ...lines: string[]) => `unshare ${flags} --mount sh -ec ${quote(lines.join("; "))}`;
  return [
    {
      name: "unshare",
      what: "every program of one shell resolves by Route 53, no root",
      obstacle:
        noUnshare ??
        cannotDial ??
        (port === "53" ? undefined : `Route 53 is on port ${port}, and resolv.conf knows no port; see unshare-all`),
      commands: [
        `echo nameserver ${address} > ${outerFile}`,
        shell("-Ur", `mount --bind ${outerFile} /etc/resolv.conf`, `${curlFor(url)} ${url}`),
      ],
    },
    {
      name: "unshare-all",
      what: "another Loopway (here: the example) in a network of its own, with ports 53 and 80, no root",
      obstacle: noUnshare,
      commands: [
        `mkdir -p ${quote(inner)}`,
        `echo nameserver ${addressPlan(endpoints.instance).resolver} > ${innerFile}`,
        shell(
          "-Urn",
          "ip link set lo up",
          `mount --bind ${innerFile} /etc/resolv.conf`,
          // Its claims of instance numbers are of its own network.
          `export TMPDIR=${quote(inner)} LOOPWAY_STATE=${quote(inner)}`,
          `trap "${command} down >&2" EXIT`,
          `${command} up -d --instance ${endpoints.instance} >&2`,
          `curl ${exampleUrl({ hosts: [] })}`,
        ),
      ],
    },
  ];
}

/** resolver(5): a file per domain, with a port. The names resolve; their addresses below 127 need an alias each, or the proxy. */
function buildResolverRecipe({ endpoints }: RecipeOptions, url: string): Recipe {
  const [address, port] = endpoints.dns.split(":");
  const domain = new URL(url).hostname.split(".").slice(-2).join(".");
  return {
    name: "resolver-file",
    what: `macOS: names below ${domain} resolve by Route 53; needs sudo once`,
    obstacle: undefined,
    commands: [
      "sudo mkdir -p /etc/resolver",
      `printf 'nameserver ${address}\\nport ${port}\\n' | sudo tee /etc/resolver/${domain}`,
      ...(endpoints.hosts[0]?.virtual ?? []).map((virtual) => `sudo ifconfig lo0 alias ${virtual.split(":")[0]}`),
      `${curlFor(url)} ${url}`,
    ],
  };
}

/** An answer is a load balancer's own address; a program that resolves by itself dials it on the URL's port. */
function undialable({ hosts }: Endpoints): string | undefined {
  const moved = hosts.find(({ addresses, virtual }) => addresses.join() !== virtual.join());
  return (
    moved && `load balancers are not bound where DNS says: ${moved.virtual[0]} is ${moved.addresses[0]} (use the proxy or --connect-to)`
  );
}

/** For a POSIX shell; what needs no quotes gets none. */
function quote(text: string): string {
  return /^[\w./:@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
