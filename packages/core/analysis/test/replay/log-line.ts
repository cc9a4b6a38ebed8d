const fields = [
  ...["http", "2026-11-25T01:02:03.123456Z", "app/web/50dc6c495c0c9188", "10.0.0.1:40000", "10.0.1.5:8080", "0.001", "0.012", "0.000"],
  ...["200", "200", "345", "1234", '"GET http://a.example.com:80/x?y=1 HTTP/1.1"', '"curl/8.5.0"', "-", "-"],
  "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/web/0123456789abcdef",
  ...['"Root=1-67891233-abcdef012345678912345678"', '"-"', '"-"', "1", "2026-11-25T01:02:03.110000Z", '"forward"', '"-"', '"-"'],
  ...['"10.0.1.5:8080"', '"200"', '"-"', '"-"', "TID_0123456789abcdef", '"-"', '"-"', '"-"'],
];

/** A line of 33 fields; `changes` by AWS's number of the field, quotes included. */
export function logLine(changes: Readonly<Record<number, string>> = {}): string {
  return fields.map((field, index) => changes[index + 1] ?? field).join(" ");
}
