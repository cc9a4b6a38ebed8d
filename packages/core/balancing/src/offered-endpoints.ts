import type { EndpointSlice, ServicePort } from "@loopway/model";

export type OfferedEndpoint = EndpointSlice["endpoints"][number] & { port: number };

/**
 * What the slices of all ports and address families hold for one Service port: they carry target ports resolved, under the Service port's
 * name. Over IPv4, as Loopway's networks are.
 */
export function offeredEndpoints(slices: readonly EndpointSlice[], servicePort: ServicePort): OfferedEndpoint[] {
  const { name: wanted = "", protocol: wantedProtocol = "TCP" } = servicePort;
  return slices
    .filter(({ addressType }) => addressType === "IPv4")
    .flatMap((slice) => {
      const port = slice.ports?.find(({ name = "", protocol = "TCP" }) => name === wanted && protocol === wantedProtocol)?.port;
      return port === undefined ? [] : slice.endpoints.map((endpoint) => ({ ...endpoint, port }));
    });
}
