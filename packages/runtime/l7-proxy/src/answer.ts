/** A hop's own answer as bytes. */
import { reasonPhrase } from "@loopway/http";
import type { Answer } from "./exchange.ts";

interface Circumstances {
  nowUs: number;
  isPersistent: boolean;
  isHead: boolean;
}

export function formatAnswer(answer: Answer, { nowUs, isPersistent, isHead }: Circumstances): string {
  let text = `HTTP/1.1 ${answer.status} ${answer.reason ?? reasonPhrase(answer.status)}\r\n`;
  for (const name in answer.headers) text += `${name}: ${answer.headers[name]}\r\n`;
  text += `Date: ${formatDate(nowUs)}\r\n`;
  // RFC 9110 section 8.6: none with 1xx and 204.
  if (answer.status >= 200 && answer.status !== 204) text += `Content-Length: ${Buffer.byteLength(answer.body)}\r\n`;
  text += `Connection: ${isPersistent ? "keep-alive" : "close"}\r\n\r\n`;
  return isHead ? text : text + answer.body;
}

let formattedSecond = -1;
let formattedDate = "";

/** IMF-fixdate of RFC 9110 section 5.6.7; formatted once a second. */
function formatDate(nowUs: number): string {
  const second = Math.floor(nowUs / 1e6);
  if (second !== formattedSecond) {
    formattedSecond = second;
    formattedDate = new Date(second * 1000).toUTCString();
  }
  return formattedDate;
}
