/** Answers that an ALB makes itself. */
import type { Answer } from "@loopway/l7-proxy";

/** Spelled as in the pages that ALBs send (observed; AWS documents the numbers only). */
const titles: Readonly<Record<number, string>> = {
  301: "301 Moved Permanently",
  302: "302 Found",
  400: "400 Bad Request",
  404: "404 Not Found",
  405: "405 Method Not Allowed",
  408: "408 Request Time-out",
  414: "414 Request-URI Too Large",
  463: "463",
  500: "500 Internal Server Error",
  501: "501 Not Implemented",
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out",
  505: "505 HTTP Version Not Supported",
};

export const SERVER = "awselb/2.0";

/** ELB guide, "Troubleshoot": the load balancer's own errors; a short HTML page each. */
export function errorPage(status: number, more: { close?: boolean; headers?: Readonly<Record<string, string>> } = {}): Answer {
  const title = titles[status] ?? String(status);
  return {
    status,
    reason: title.slice(4),
    headers: { Server: SERVER, "Content-Type": "text/html", ...more.headers },
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
    close: more.close === true,
  };
}
