/** What passes a forwarder, in the unit by which its cost is counted. */
export const loads = {
  requests: "requests on kept connections",
  connections: "connections of one request",
  bytes: "MiB of a stream",
} as const;

export const BULK_MIB = 256;
