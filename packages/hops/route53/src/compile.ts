import { type CompiledZones, compileZones } from "@loopway/dns";
import type { Hop, Selection } from "@loopway/hop-kit";
import type { HostedZone, LoadBalancer, RecordSet } from "@loopway/model";

type Snapshot = Parameters<Parameters<Hop["watch"]>[1]>[0];

/** All that names can come from. */
export const selections: readonly Selection[] = [{ kind: "HostedZone" }, { kind: "RecordSet" }, { kind: "LoadBalancer" }];

export function compile(objects: Snapshot): CompiledZones {
  return compileZones({
    hostedZones: objects.list<HostedZone>("HostedZone"),
    recordSets: objects.list<RecordSet>("RecordSet"),
    loadBalancers: objects.list<LoadBalancer>("LoadBalancer"),
  });
}
