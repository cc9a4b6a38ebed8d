import { findServicePort, USE_ANNOTATION } from "@loopway/controllers";
import type { Service } from "@loopway/model";
import type { Backend } from "../backends.ts";
import { editDistance } from "../nearest.ts";
import type { Found, LintRule } from "../rule.ts";

export const danglingPort: LintRule = {
  code: "dangling-port",
  severity: "error",
  summary: "a backend names a port that its Service does not have: the whole group is refused",
  *check({ backends, findService }) {
    for (const backend of backends) {
      const service = findService(backend.object.metadata.namespace, backend.serviceName);
      if (service !== undefined && findServicePort(service, backend.servicePort) === undefined) yield found(backend, service);
    }
  },
};

function found({ object, path, servicePort }: Backend, service: Service): Found {
  const ports = service.spec.ports ?? [];
  const offered = ports.map(({ name, port }) => (name === undefined ? String(port) : `${port} (${name})`)).join(", ");
  const isTargetPort = ports.find(({ targetPort }) => targetPort === servicePort);
  const [only, ...others] = ports;
  const isMisspelt = typeof servicePort === "string" && editDistance(servicePort, USE_ANNOTATION) <= 2;
  const suggestion = isMisspelt
    ? `did you mean ${USE_ANNOTATION}?`
    : isTargetPort !== undefined
      ? `${servicePort} is the targetPort of port ${isTargetPort.port}: a backend names the Service's port`
      : only !== undefined && others.length === 0
        ? `its only port is ${offered}`
        : undefined;
  return {
    object,
    path: path.startsWith("/metadata/") ? path : `${path}/port`,
    message: `Service ${service.metadata.name} has no port ${servicePort}, it has ${offered || "none"}: the controller refuses the whole group`,
    ...(suggestion === undefined ? {} : { suggestion }),
    related: [{ object: service, path: "/spec/ports", message: "its ports" }],
  };
}
