/** Success codes of a health check: "200", "200,202", "200-299", and lists of both. */
export function codeMatches(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [low, high = low] = part.split("-").map(Number);
    return low !== undefined && high !== undefined && status >= low && status <= high;
  });
}
