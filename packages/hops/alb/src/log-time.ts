let formattedSecond = -1;
let prefix = "";

/** Microseconds since the epoch as ISO 8601 with six digits; the part up to the second is formatted once a second. */
export function formatTime(us: number): string {
  const second = Math.floor(us / 1e6);
  if (second !== formattedSecond) {
    formattedSecond = second;
    prefix = `${new Date(second * 1000).toISOString().slice(0, 19)}.`;
  }
  return `${prefix}${String(us - second * 1e6).padStart(6, "0")}Z`;
}
