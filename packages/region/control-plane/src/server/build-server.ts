/** The HTTP side of the API: bodies in, answers and watches out. Every failure is a Status object. */
import type { ServerResponse } from "node:http";
import { formatFailure, log } from "@loopway/hop-kit";
import { type ApiFailure, failure } from "@loopway/kube";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Api, answerRequest } from "../api/answer-request.ts";
import { type ApiAnswer, answerFailure } from "../api/api-request.ts";
import { JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH } from "../api/patch.ts";
import type { Watch } from "../api/watch.ts";
import { decodeProtobuf } from "./decode-protobuf.ts";

/** kube-apiserver's MaxRequestBodyBytes. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;
/** A watcher this far behind is cut off; it lists again. */
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;
/** What `kubectl` in any version asks for; the answer must not echo the `@` of its Accept, and an empty document means "no schemas". */
const OPENAPI_V2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

const PROTOBUF = "application/vnd.kubernetes.protobuf";

export interface ApiServer {
  app: FastifyInstance;
  /** Ends every watch, so that their clients go elsewhere. */
  endWatches(): void;
}

export async function buildServer(api: Api): Promise<ApiServer> {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1024 },
    frameworkErrors: (error, _request, reply) => send(reply, answerFailure(failureOf(error))),
  });
  const watches = new Set<ServerResponse>();
  const parseJson = app.getDefaultJsonParser("error", "ignore");
  app.removeAllContentTypeParsers();
  const jsonTypes = ["application/json", JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH];
  app.addContentTypeParser(jsonTypes, { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, undefined);
    else parseJson(request, String(body), done);
  });
  app.addContentTypeParser(PROTOBUF, { parseAs: "buffer" }, (_request, body, done) => {
    const decoded = decodeProtobuf(body as Buffer);
    done(decoded === undefined ? Object.assign(new Error("not understood"), { statusCode: 415 }) : null, decoded);
  });

  app.get("/openapi/v2", (_request, reply) => reply.header("content-type", OPENAPI_V2).send(Buffer.alloc(0)));
  app.all("/*", async (request, reply) => {
    const answered = await answerRequest(api, apiRequestOf(request));
    return "start" in answered ? serveWatch(answered, reply, watches) : send(reply, answered);
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => send(reply, answerFailure(failureOf(error))));
  app.setNotFoundHandler((_request, reply) =>
    send(reply, answerFailure(failure("NotFound", "the server could not find the requested resource"))),
  );
  await app.ready();
  return {
    app,
    endWatches: () => {
      for (const response of watches) response.end();
    },
  };
}

function apiRequestOf(request: FastifyRequest) {
  const url = request.raw.url ?? "/";
  const question = url.indexOf("?");
  return {
    method: request.method,
    path: question < 0 ? url : url.slice(0, question),
    query: new URLSearchParams(question < 0 ? "" : url.slice(question + 1)),
    accept: request.headers.accept,
    contentType: (request.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "",
    body: request.body,
  };
}

function send(reply: FastifyReply, { code, body, warnings = [] }: ApiAnswer): FastifyReply {
  if (warnings.length > 0)
    reply.header(
      "warning",
      warnings.map((text) => `299 - ${JSON.stringify(text)}`),
    );
  return reply.code(code).header("content-type", "application/json").header("cache-control", "no-cache, private").send(body);
}

/** Headers go out at once: a client waits for them before it trusts the watch. */
function serveWatch(watch: Watch, reply: FastifyReply, watches: Set<ServerResponse>): FastifyReply {
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  watches.add(response);
  const stop = watch.start({
    send: (frames) => {
      response.write(frames);
      if (response.writableLength > MAX_UNSENT_BYTES) response.destroy();
    },
    end: () => response.end(),
  });
  response
    .on("error", () => undefined)
    .on("close", () => {
      watches.delete(response);
      stop();
    });
  return reply;
}

function failureOf(error: FastifyError): ApiFailure {
  switch (error.statusCode) {
    case 400:
      return failure("BadRequest", `the object provided is unrecognized: ${error.message}`);
    case 413:
      return failure("RequestEntityTooLarge", `Request entity too large: limit is ${MAX_BODY_BYTES}`);
    case 415:
      return failure(
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: application/json",
      );
    default:
      log(formatFailure(error));
      return failure("InternalError", "Internal error occurred: see the control plane's log");
  }
}
