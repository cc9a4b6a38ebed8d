/** RFC 3339 with seconds, as Kubernetes writes metav1.Time. */
export function formatTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

/** Milliseconds since the epoch; undefined for an absent or unreadable time. */
export function parseTime(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
