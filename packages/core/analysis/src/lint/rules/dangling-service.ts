import type { Service } from "@loopway/model";
import type { Backend } from "../backends.ts";
import { nearestName } from "../nearest.ts";
import type { Found, LintRule } from "../rule.ts";
import type { Subject } from "../subject.ts";

export const danglingService: LintRule = {
  code: "dangling-service",
  severity: "error",
  summary: "a backend names a Service that is not there: the load balancer answers 503",
  *check(subject) {
    for (const backend of subject.backends) {
      const { object, serviceName, isShared } = backend;
      const service = subject.findService(object.metadata.namespace, serviceName);
      if (service === undefined ? !isShared : subject.isAssumed(service)) yield found(backend, subject);
    }
  },
};

function found(backend: Backend, { snapshot, findService }: Subject): Found {
  const { object, path, serviceName } = backend;
  const { namespace = "default" } = object.metadata;
  const answer = "the controller builds a fixed 503, Backend service does not exist";
  if (findService(namespace, serviceName) !== undefined) {
    const message = `Service ${serviceName} is not among these manifests, which have no Service of namespace ${namespace}: lint takes it to be in the cluster`;
    return { object, path, message, severity: "info" };
  }
  const names = snapshot.list<Service>("Service", { namespace }).map(({ metadata }) => metadata.name);
  const elsewhere = snapshot.list<Service>("Service").find(({ metadata }) => metadata.name === serviceName);
  const nearest = nearestName(serviceName, names);
  const isFromAnnotation = path.startsWith("/metadata/");
  const where =
    elsewhere === undefined
      ? ""
      : `; one of this name is in namespace ${elsewhere.metadata.namespace}, and an Ingress reaches only its own`;
  return {
    object,
    path: isFromAnnotation ? path : `${path}/name`,
    message: `there is no Service ${serviceName} in namespace ${namespace}: ${answer}${where}`,
    ...(nearest === undefined ? {} : { suggestion: `did you mean ${nearest.name}?` }),
    ...(nearest?.distance === 1 && nearest.isOnly && !isFromAnnotation && nearest.name.length > 3
      ? { fix: { title: `name Service ${nearest.name}`, edits: [{ op: "set" as const, path: `${path}/name`, value: nearest.name }] } }
      : {}),
  };
}
