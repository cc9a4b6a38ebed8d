/** A number of pods, or "25%" of a total. What is neither counts as 0: only validation can refuse it. apimachinery, util/intstr. */
export function scaledValue(value: number | string, total: number, round: (share: number) => number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value)?.[1] ?? "0";
  return round((Number(percent) * total) / 100);
}
