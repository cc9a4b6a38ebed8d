import { type RequestOptions, request } from "node:http";
import { apiVersionOf, type KubeObject, kindNamed, resourcePath } from "@loopway/model";

/** The API of one Loopway, over its unix socket. An answer that was not expected rejects. */
export interface Api {
  create(object: KubeObject): Promise<void>;
  /** RFC 7396, to the object or its status. */
  patch(object: KubeObject, patch: unknown, subresource?: "status"): Promise<void>;
  delete(object: KubeObject): Promise<void>;
  exists(object: KubeObject): Promise<boolean>;
}

/** For objects that are written by hand: `apiVersion` follows from the kind. */
export function objectOf<T extends KubeObject>(object: Omit<T, "apiVersion">): T {
  return { apiVersion: apiVersionOf(kindNamed(object.kind)), ...object } as T;
}

export function openApi(socketPath: string): Api {
  const send = async (method: string, path: string, { body, type = "application/json" }: { body?: unknown; type?: string } = {}) => {
    const { status, text } = await exchange({ socketPath, method, path, headers: { "content-type": type } }, body);
    if (status > 299 && status !== 404) throw new Error(`${method} ${path}: ${status} ${text}`);
    return status !== 404;
  };
  const sendExisting = async (...call: Parameters<typeof send>) => {
    if (!(await send(...call))) throw new Error(`${call[0]} ${call[1]}: 404`);
  };
  const pathOf = ({ kind, metadata }: KubeObject, subresource?: string) =>
    resourcePath(kindNamed(kind), metadata.namespace, metadata.name, subresource);
  return {
    create: (object) => sendExisting("POST", resourcePath(kindNamed(object.kind), object.metadata.namespace), { body: object }),
    patch: (object, patch, subresource) =>
      sendExisting("PATCH", pathOf(object, subresource), { body: patch, type: "application/merge-patch+json" }),
    delete: (object) => sendExisting("DELETE", pathOf(object)),
    exists: (object) => send("GET", pathOf(object)),
  };
}

function exchange(options: RequestOptions, body: unknown): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}
