/** What is still free of a request after some guards were decided; and a request that is what was decided. */
import type { RequestView } from "@loopway/routing";
import type { GuardPlace, RequestSpace } from "./request-space.ts";

/** Of each dimension. */
interface Freedom {
  /** Atoms that may still be in the request. */
  allowed: bigint;
  /** The request has an atom of each of these. */
  required: readonly bigint[];
}

export type Choice = readonly Freedom[];

export function freeChoice({ dimensions }: RequestSpace): Choice {
  return dimensions.map(({ texts }) => ({ allowed: (1n << BigInt(texts.length)) - 1n, required: [] }));
}

/** The choice with the guard decided, or undefined when no request is left. */
export function decide(
  { dimensions }: RequestSpace,
  choice: Choice,
  { dimension, mask, holds }: GuardPlace & { holds: boolean },
): Choice | undefined {
  const { allowed, required } = choice[dimension] as Freedom;
  const isSingle = dimensions[dimension]?.isSingle === true;
  const next: Freedom = holds
    ? { allowed: isSingle ? allowed & mask : allowed, required: isSingle ? [] : [...required, mask] }
    : { allowed: allowed & ~mask, required };
  if (isSingle ? next.allowed === 0n : next.required.some((wanted) => (wanted & next.allowed) === 0n)) return undefined;
  return choice.with(dimension, next);
}

/** The choice that leaves only this method, if there is a dimension of methods. */
export function onlyMethod({ dimensions }: RequestSpace, choice: Choice, method: string): Choice {
  return choice.map((freedom, at) => {
    const { kind, texts } = dimensions[at] as RequestSpace["dimensions"][number];
    return kind === "method" ? { ...freedom, allowed: freedom.allowed & (1n << BigInt(texts.indexOf(method))) } : freedom;
  });
}

export type Chosen = Omit<RequestView, "host" | "path">;

/** RFC 5737: an address of nobody. */
const NOBODY = "192.0.2.1";

/** A request with nothing that the choice does not ask for. */
export function pickRequest({ dimensions }: RequestSpace, choice: Choice): Chosen {
  const chosen = { method: "GET", query: undefined as string | undefined, sourceIp: NOBODY, keys: [] as string[], values: [] as string[] };
  for (const [at, { kind, name, isSingle, texts }] of dimensions.entries()) {
    const { allowed, required } = choice[at] as Freedom;
    const picked = (isSingle ? [lowestBit(allowed)] : pickEach(allowed, required)).map((bit) => texts[bit] ?? "");
    if (kind === "method") chosen.method = picked[0] ?? chosen.method;
    else if (kind === "source") chosen.sourceIp = picked[0] ?? chosen.sourceIp;
    else if (kind === "query") chosen.query = picked.length === 0 ? undefined : picked.join("&");
    else {
      chosen.keys.push(...picked.map(() => name));
      chosen.values.push(...picked);
    }
  }
  return chosen;
}

/** Atoms such that each requirement has one. */
function pickEach(allowed: bigint, required: readonly bigint[]): number[] {
  const picked: number[] = [];
  for (const wanted of required) if (!picked.some((bit) => (wanted >> BigInt(bit)) & 1n)) picked.push(lowestBit(wanted & allowed));
  return picked;
}

function lowestBit(mask: bigint): number {
  return mask === 0n ? 0 : (mask & -mask).toString(2).length - 1;
}
