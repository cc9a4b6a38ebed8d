import { type AckStatus, type KubeObject, objectKey, type Problem } from "@loopway/model";

/** ACK's word for "will not work until its spec is changed". */
const TERMINAL = "ACK.Terminal";

/** The objects whose status must be written so that it says what is wrong with them, or no longer does. `time` in RFC 3339. */
export function staleConditions(
  objects: readonly KubeObject[],
  problems: readonly Problem[],
  time: string,
): { object: KubeObject; status: unknown }[] {
  const messages = new Map<string, string>();
  for (const { object, severity, path, message } of problems) {
    if (severity === "error" && object !== undefined) messages.set(object, `${path ?? ""}: ${message}`);
  }
  return objects.flatMap((object) => {
    const wanted = messages.get(`${object.kind} ${objectKey(object)}`);
    const shown = (object.status as AckStatus | undefined)?.conditions?.find(({ type }) => type === TERMINAL);
    if (wanted === shown?.message) return [];
    const condition = { type: TERMINAL, status: "True", reason: "E_INVALID", message: wanted, lastTransitionTime: time };
    return [{ object, status: { conditions: wanted === undefined ? null : [condition] } }];
  });
}
