/** Heads as they go out to the other side: fields in the order they came, spelled as they came, without those of one connection only. */
import type { Headers, RequestHead, ResponseHead } from "./head.ts";

/** RFC 9110 section 7.6.1. Transfer-Encoding stays: bodies are passed on as they are framed. */
const hopByHop: ReadonlySet<string> = new Set(["connection", "keep-alive", "proxy-connection", "te", "upgrade"]);
/** Never removed because Connection names them: the next hop would frame or route the message differently. */
const protectedKeys: ReadonlySet<string> = new Set(["host", "content-length", "transfer-encoding"]);

export interface RequestRewrite {
  /** Request target to send. */
  target: string;
  /** Replaces the value of Host in its place, or adds one. */
  host: string;
  /** Fields to leave out, in lower case. */
  without: ReadonlySet<string>;
  /** Complete field lines, each with CRLF, put behind the others. */
  append: string;
}

// What is short is joined first: V8 copies strings of up to 12 characters, and of longer ones makes a tree that has to be flattened when written.

/** HTTP/1.1 whatever the client spoke. Fields that Connection names are gone before `append` is added. Upgrades: WebSocket only. */
export function formatRequestHead(head: RequestHead, rewrite: RequestRewrite): string {
  const { names, keys, values, connectionNames } = head;
  let text = `${head.method} ${escapeObsText(rewrite.target)} HTTP/1.1\r\n`;
  let hasHost = false;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? "";
    if (key === "host") {
      hasHost = true;
      text += formatField(names[i], rewrite.host);
    } else if (!isDropped(key, connectionNames) && !rewrite.without.has(key)) {
      text += formatField(names[i], values[i]);
    }
  }
  if (!hasHost) text += `Host: ${rewrite.host}\r\n`;
  if (isWebSocket(head.upgrade)) text += `Connection: upgrade\r\nUpgrade: ${head.upgrade}\r\n`;
  return `${text}${rewrite.append}\r\n`;
}

/** `connection` is the value of Connection towards the client; "" leaves it out. */
export function formatResponseHead(head: ResponseHead, connection: string, without: ReadonlySet<string> = noKeys): string {
  let text = `HTTP/1.1 ${head.status} ${head.reason}\r\n${formatEndToEnd(head, head.connectionNames, without)}`;
  if (connection !== "") text += `Connection: ${connection}\r\n`;
  if (head.status === 101 && head.upgrade !== undefined) text += `Upgrade: ${head.upgrade}\r\n`;
  return `${text}\r\n`;
}

const noKeys: ReadonlySet<string> = new Set();

function formatEndToEnd({ names, keys, values }: Headers, connectionNames: readonly string[], without: ReadonlySet<string>): string {
  let text = "";
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? "";
    if (!isDropped(key, connectionNames) && !without.has(key)) text += formatField(names[i], values[i]);
  }
  return text;
}

function formatField(name: string | undefined, value: string | undefined): string {
  const before = `${name}: `;
  const after = `${value}\r\n`;
  return `${before}${after}`;
}

function isDropped(key: string, connectionNames: readonly string[]): boolean {
  return hopByHop.has(key) || (connectionNames.length > 0 && connectionNames.includes(key) && !protectedKeys.has(key));
}

export function isWebSocket(upgrade: string | undefined): boolean {
  return upgrade !== undefined && upgrade.toLowerCase() === "websocket";
}

/** Bytes beyond ASCII have no place in a target: they go out percent-encoded, so that no two parsers read them differently. */
function escapeObsText(target: string): string {
  return target.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}
