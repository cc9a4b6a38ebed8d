import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually, findClient, missing } from "@loopway/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { deployment, ingress, service } from "./objects.ts";

const kubectl = findClient("kubectl") ?? "kubectl";
const run = promisify(execFile);

interface Kubectl {
  /** Standard output and standard error, whatever the exit code. */
  (...args: string[]): Promise<string>;
  args: string[];
}

async function kubectlFor({ stateDir, announcements }: ControlPlane): Promise<Kubectl> {
  await eventually(() => expect(announcements.some(({ type }) => type === "bound")).toBe(true));
  const home = mkdtempSync(join(tmpdir(), "loopway-kubectl-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const args = ["--kubeconfig", join(stateDir, "kubeconfig"), "--cache-dir", join(home, "cache")];
  const call = async (...more: string[]) => {
    try {
      const { stdout, stderr } = await run(kubectl, [...args, ...more], { env: { ...process.env, HOME: home } });
      return stdout + stderr;
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      return stdout + stderr;
    }
  };
  return Object.assign(call, { args });
}

function manifest(stateDir: string, ...objects: object[]): string {
  const path = join(stateDir, `${objects.length}-${Date.now()}.json`);
  writeFileSync(path, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  return path;
}

describe.skipIf(missing("kubectl"))("kubectl", () => {
  test("creates Services of every type", { timeout: 60_000 }, async () => {
    const controlPlane = await startControlPlane();
    const call = await kubectlFor(controlPlane);
    const create = (type: string, name: string, ...rest: string[]) => call("create", "service", type, name, ...rest);
    expect(await create("clusterip", "inside", "--tcp=80:8080")).toBe("service/inside created\n");
    expect(await create("clusterip", "pods", "--clusterip=None")).toBe("service/pods created\n");
    expect(await create("nodeport", "node", "--tcp=80", "--node-port=30080")).toBe("service/node created\n");
    expect(await create("nodeport", "any", "--tcp=80")).toBe("service/any created\n");
    expect(await create("loadbalancer", "outside", "--tcp=80")).toBe("service/outside created\n");
    expect(await create("externalname", "elsewhere", "--external-name=api.example.com")).toBe("service/elsewhere created\n");
    await eventually(async () => {
      const table = await call("get", "services");
      expect(table).toMatch(/any +NodePort +127\S+ +<none> +80:3\d{4}\/TCP/);
      expect(table).toMatch(/elsewhere +ExternalName +<none> +api.example.com +<none>/);
      expect(table).toMatch(/inside +ClusterIP +127\S+ +<none> +80\/TCP/);
      expect(table).toMatch(/node +NodePort +127\S+ +<none> +80:30080\/TCP/);
      expect(table).toMatch(/outside +LoadBalancer +127\S+ +<pending> +80:3\d{4}\/TCP/);
      expect(table).toMatch(/pods +ClusterIP +None +<none> +<none>/);
    });
    expect(await call("get", "service", "inside", "-o", "jsonpath={.spec.ports[0].targetPort} {.spec.selector}")).toMatch(
      /^8080 .*app.*inside/,
    );
    const again = service("again", { type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] });
    expect(await call("apply", "-f", manifest(controlPlane.stateDir, again))).toContain(
      'The Service "again" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated\n',
    );
    expect(await create("clusterip", "far", "--tcp=80", "--clusterip=10.96.0.10")).toContain(
      'spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: the provided network does not match the current range\n',
    );
  });

  test("applies, shows, scales and deletes", { timeout: 60_000 }, async () => {
    const controlPlane = await startControlPlane();
    const call = await kubectlFor(controlPlane);
    const web = [deployment("web", { replicas: 2 }), service("web"), ingress("web")];
    const path = manifest(controlPlane.stateDir, ...web);
    expect(await call("apply", "-f", path)).toBe(
      "deployment.apps/web created\nservice/web created\ningress.networking.k8s.io/web created\n",
    );
    expect(await call("apply", "-f", path)).toBe(
      "deployment.apps/web unchanged\nservice/web unchanged\ningress.networking.k8s.io/web unchanged\n",
    );
    const changed = manifest(controlPlane.stateDir, deployment("web", { replicas: 3 }));
    expect(await call("apply", "-f", changed)).toBe("deployment.apps/web configured\n");

    expect(await call("get", "ingress", "web", "-o", "wide")).toMatch(
      /^NAME +CLASS +HOSTS +ADDRESS +PORTS +AGE\nweb +none +api\.example\.com +80 /,
    );
    expect(await call("get", "deployment", "web", "-o", "wide")).toMatch(/CONTAINERS +IMAGES +SELECTOR\nweb +0\/3 .* c +stub +app=web\n$/);
    expect(await call("get", "deployment", "web", "-o", "yaml")).toContain("\n  replicas: 3\n");
    expect(await call("get", "all")).toContain("deployment.apps/web");
    expect(await call("describe", "ingress", "web")).toContain("api.example.com");

    expect(await call("scale", "deployment/web", "--replicas=5")).toBe("deployment.apps/web scaled\n");
    expect(await call("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}")).toBe("5");
    expect(await call("delete", "-f", path)).toMatch(
      /deployment.apps "web" deleted.*\nservice "web" deleted.*\ningress.networking.k8s.io "web" deleted/,
    );
    expect(await call("get", "deployment", "web")).toBe('Error from server (NotFound): deployments.apps "web" not found\n');
  });

  test("get -w shows changes as they come", { timeout: 60_000 }, async () => {
    const controlPlane = await startControlPlane();
    const call = await kubectlFor(controlPlane);
    await call("apply", "-f", manifest(controlPlane.stateDir, ingress("first")));
    const watching = spawn(kubectl, [...call.args, "get", "ingress", "-w"]);
    onTestFinished(() => void watching.kill());
    let output = "";
    watching.stdout.on("data", (chunk) => (output += String(chunk)));
    await eventually(() => expect(output).toContain("first"));
    await call("apply", "-f", manifest(controlPlane.stateDir, ingress("second")));
    await eventually(() => expect(output).toMatch(/^NAME +CLASS.*\nfirst +none.*\nsecond +none/));
  });

  test("says what is wrong with a manifest", { timeout: 60_000 }, async () => {
    const controlPlane = await startControlPlane();
    const call = await kubectlFor(controlPlane);
    const apply = (object: object) => call("apply", "-f", manifest(controlPlane.stateDir, object));
    expect(await apply(deployment("Web"))).toContain('metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain');
    expect(await apply(ingress("web", { pathType: "Glob" }))).toContain('pathType: Unsupported value: "Glob"');
    expect(await apply(deployment("web", { replicas: "two" }))).toContain("of type int32");
    expect(await apply({ ...service("web"), metadata: { name: "web", namespace: "nowhere" } })).toContain('namespaces "nowhere" not found');
  });
});
