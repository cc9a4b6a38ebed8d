const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** "250m" is 0.25, "64Mi" 67,108,864; undefined for what is no quantity. Kubernetes, apimachinery/pkg/api/resource. */
export function parseQuantity(quantity: number | string): number | undefined {
  const [, number, suffix = ""] = /^([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(quantity)) ?? [];
  const factor = FACTORS[suffix];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
