import type { KubeObject } from "@loopway/model";

export const APPLICATIONS = 1_000;
export const PATHS = 10;
const NAMESPACES = 20;

/** An Ingress of ten paths, its Service and a Deployment of two pods, a thousand times; `shared`: an IngressGroup for each namespace. */
export function buildApplications(loadBalancers: "own" | "shared"): KubeObject[] {
  const hostedZone = {
    apiVersion: "route53.services.k8s.aws/v1alpha1",
    kind: "HostedZone",
    metadata: { name: "example.com", namespace: "kube-system" },
    spec: { name: "example.com." },
  };
  const objects = Array.from({ length: APPLICATIONS }, (_, index) => buildApplication(index, loadBalancers));
  return [hostedZone, ...objects.flat()];
}

function buildApplication(index: number, loadBalancers: "own" | "shared"): KubeObject[] {
  const name = `app-${index}`;
  const namespace = `team-${index % NAMESPACES}`;
  const metadata = { name, namespace };
  const group = loadBalancers === "shared" ? { "alb.ingress.kubernetes.io/group.name": namespace } : {};
  const annotations = { "alb.ingress.kubernetes.io/target-type": "ip", "alb.ingress.kubernetes.io/scheme": "internet-facing", ...group };
  const backend = { service: { name, port: { number: 80 } } };
  const paths = Array.from({ length: PATHS }, (_unused, version) => ({ path: `/v${version}`, pathType: "Prefix", backend }));
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: "app", image: name, ports: [{ containerPort: 8080 }] }] } };
  return [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { ...metadata, annotations },
      spec: { ingressClassName: "alb", rules: [{ host: `${name}.example.com`, http: { paths } }] },
    },
    { apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 2, selector: { matchLabels: labels }, template } },
  ];
}
