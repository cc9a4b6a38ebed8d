export { answerQuery, type Exchange } from "./answer-query.ts";
export { buildZoneObjects } from "./build-zone-objects.ts";
export { type ClusterObjects, compileClusterZones } from "./cluster-zones.ts";
export { type CompiledZones, compileZones, type ZoneObjects } from "./compile-zones.ts";
export type { Transport } from "./encode-response.ts";
export { type ParsedZone, parseZone, type ZoneFile } from "./parse-zone.ts";
export { hostedZoneObjectName, recordSetObjectName } from "./record-set-name.ts";
export { type Answer, decodeResponse, encodeQuery, type Response } from "./stub.ts";
export type { ZoneTable } from "./zone-table.ts";
