/**
 * How many replicas one metric asks for. Kubernetes, "Horizontal Pod Autoscaling", algorithm details:
 *
 *   desired = ceil(pods that count × metric / target), unchanged while the ratio is within the tolerance of 1
 *
 *   pods without a sample   count as at their target when that would mean fewer replicas, as idle when it would mean more
 *   pods that are unready   count as idle when it would mean more replicas, and not at all otherwise
 *
 * and when such guesses turn the direction, nothing changes. Kubernetes, replica_calculator.go.
 */
export interface Usage {
  /** Of each pod that counts: its use, and what it requests (1 where the target is a plain value). */
  ready: readonly Use[];
  missing: readonly Pick<Use, "request">[];
  unready: readonly Pick<Use, "request">[];
}

export interface Use {
  value: number;
  request: number;
}

export interface Target {
  /** Percent of the request, or use for each pod. */
  utilization?: number;
  value?: number;
}

export interface Tolerance {
  up: number;
  down: number;
}

export const DEFAULT_TOLERANCE = 0.1; // --horizontal-pod-autoscaler-tolerance

/** `usage.ready` must not be empty. */
export function countReplicas(current: number, usage: Usage, target: Target, tolerance: Tolerance): number {
  const ratio = ratioOf(usage.ready, target);
  const isUpWithUnready = usage.unready.length > 0 && ratio > 1;
  if (!isUpWithUnready && usage.missing.length === 0) {
    return isWithin(ratio, tolerance) ? current : Math.ceil(precise(ratio * usage.ready.length));
  }
  const guessed = [...usage.ready, ...guessMissing(usage, target, ratio), ...(isUpWithUnready ? usage.unready.map(idle) : [])];
  const rebuilt = ratioOf(guessed, target);
  const hasTurned = (ratio < 1 && rebuilt > 1) || (ratio > 1 && rebuilt < 1);
  if (isWithin(rebuilt, tolerance) || hasTurned) return current;
  const replicas = Math.ceil(precise(rebuilt * guessed.length));
  return (rebuilt < 1 && replicas > current) || (rebuilt > 1 && replicas < current) ? current : replicas;
}

/** Percent of the requests, whole as Kubernetes counts it. */
export function utilizationOf(uses: readonly Use[]): number {
  const requested = sum(uses, ({ request }) => request);
  return Math.trunc(precise((sum(uses, ({ value }) => value) * 100) / requested));
}

export function averageOf(uses: readonly Use[]): number {
  return sum(uses, ({ value }) => value) / uses.length;
}

function ratioOf(uses: readonly Use[], { utilization, value }: Target): number {
  return utilization === undefined ? averageOf(uses) / (value ?? 1) : utilizationOf(uses) / utilization;
}

function guessMissing({ missing }: Usage, { utilization, value = 0 }: Target, ratio: number): Use[] {
  if (ratio === 1) return [];
  if (ratio > 1) return missing.map(idle);
  // At their target, but at least at all that they request.
  return missing.map(({ request }) => ({
    request,
    value: utilization === undefined ? value : (request * Math.max(100, utilization)) / 100,
  }));
}

function idle({ request }: Pick<Use, "request">): Use {
  return { request, value: 0 };
}

function isWithin(ratio: number, { up, down }: Tolerance): boolean {
  return 1 - down <= precise(ratio) && precise(ratio) <= 1 + up;
}

/** Kubernetes counts whole milli-units where we have fractions: what differs by less than a billionth is equal. */
function precise(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

function sum(uses: readonly Use[], count: (use: Use) => number): number {
  return uses.reduce((total, use) => total + count(use), 0);
}
