/** Microseconds since the epoch as texts. What changes once a second is formatted once a second; a number beyond 2^31 costs ten times a small one. */

const threeDigits = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, "0"));

let second = -1;
let secondIso = "";

/** ISO 8601 with six digits. */
export function formatTime(us: number): string {
  const rest = restOf(us);
  const fraction = `${threeDigits[Math.floor(rest / 1000)]}${threeDigits[rest % 1000]}Z`;
  return `${secondIso}${fraction}`;
}

/** What of it lies behind the full second, which is kept. */
function restOf(us: number): number {
  const wanted = Math.floor(us / 1e6);
  if (wanted !== second) {
    second = wanted;
    secondIso = `${new Date(second * 1000).toISOString().slice(0, 19)}.`;
  }
  return us - second * 1e6;
}

/** "0.042", from microseconds. */
export function formatSeconds(us: number): string {
  const ms = Math.round(us / 1000);
  return `${Math.floor(ms / 1000)}.${threeDigits[ms % 1000]}`;
}
