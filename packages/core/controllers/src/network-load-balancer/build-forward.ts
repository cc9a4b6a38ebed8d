import { type Action, type ForwardTargetGroup, objectKey, type Service } from "@loopway/model";
import { AWS_NAMESPACE, targetGroupOfArn } from "../load-balancer/names.ts";
import { namespaceOf } from "../load-balancer/stack-build.ts";
import { findServicePort } from "../service-port.ts";
import { reportAnnotation } from "./annotations.ts";
import { buildTargetGroup } from "./build-target-group.ts";
import { readForward, type WeightedTargetGroup } from "./forward-annotation.ts";
import type { ListenerPort } from "./listener-ports.ts";
import type { Frontend, ServiceBuild } from "./service-build.ts";

/** To the Service's own target group, and to those its actions annotation puts beside it. Undefined after a problem. */
export function buildForward(build: ServiceBuild, frontend: Frontend, listenerPort: ListenerPort): Action | undefined {
  const { servicePort, listenerProtocol, targetGroupProtocol } = listenerPort;
  const own = buildTargetGroup(build, frontend, { service: build.service, servicePort, protocol: targetGroupProtocol });
  if (own === undefined) return undefined;
  const suffix = `actions.${listenerProtocol}-${servicePort.port}`;
  const weighted = readForward(build, suffix);
  if (weighted === undefined) return { type: "forward", forwardConfig: { targetGroups: [reference(own)] } };
  const others = weighted.targetGroups.flatMap(({ weight, ...tuple }) => {
    const protocol = listenerProtocol === "TLS" && tuple.decrypts ? "TCP" : listenerProtocol;
    const name = targetGroupNameOf(build, frontend, { tuple, protocol, suffix });
    return name === undefined ? [] : [{ ...reference(name), ...(weight === undefined ? {} : { weight }) }];
  });
  if (others.length < weighted.targetGroups.length) return undefined;
  const stickiness = weighted.isSticky === undefined ? {} : { targetGroupStickinessConfig: { enabled: weighted.isSticky } };
  const targetGroups = [{ ...reference(own), weight: weighted.baseServiceWeight }, ...others];
  return { type: "forward", forwardConfig: { targetGroups, ...stickiness } };
}

function reference(name: string): ForwardTargetGroup {
  return { targetGroupRef: { from: { name, namespace: AWS_NAMESPACE } } };
}

interface Tuple {
  tuple: WeightedTargetGroup;
  protocol: ListenerPort["listenerProtocol"];
  suffix: string;
}

/** Undefined after a problem. A Service that takes part needs no annotations: those of the owner hold for it. */
function targetGroupNameOf(build: ServiceBuild, frontend: Frontend, { tuple, protocol, suffix }: Tuple): string | undefined {
  const { targetGroupARN, serviceName = "", servicePort: port = 0 } = tuple;
  if (targetGroupARN !== undefined) {
    const name = targetGroupOfArn(targetGroupARN);
    // AWS: DescribeTargetGroups of an ARN that is none.
    if (name === undefined) reportAnnotation(build, suffix, `ValidationError: '${targetGroupARN}' is not a valid target group ARN`);
    return name;
  }
  const service = build.snapshot.get<Service>("Service", namespaceOf(build.service), serviceName);
  if (service === undefined) {
    reportAnnotation(build, suffix, `services "${serviceName}" not found`);
    return undefined;
  }
  const servicePort = findServicePort(service, port);
  if (servicePort === undefined) {
    reportAnnotation(build, suffix, `unable to find port ${port} on service ${objectKey(service)}`);
    return undefined;
  }
  return buildTargetGroup(build, frontend, { service, servicePort, protocol });
}
