// The control plane's process, in the order that a cold start needs: the store's thread and the HTTP library load side by side; our own
// processes are served as soon as both are there; TLS for kubectl follows.
import { setTimeout as sleep } from "node:timers/promises";
import { controllers } from "@loopway/controllers";
import { type Self, startProcess } from "@loopway/hop-kit";
import { addressPlan } from "@loopway/model";
import { issueCertificates } from "./issue-certificates.ts";
import { createMeasure, measureForAutoscalers } from "./measure-usage.ts";
import { openApiStore } from "./open-api-store.ts";
import { runControllers } from "./run-controllers.ts";
import { settingsOf } from "./settings.ts";
import { bundledWorkerFile } from "./store/durable-store.ts";

/** Making certificates takes 60 ms of a core; the first requests of our own processes go first, kubectl is a person. */
const CLIENTS_AFTER_MS = 150;

async function serve(self: Self): Promise<void> {
  process.umask(0o077);
  const { stateDir, instance, strict } = self.config;
  const { socket, port, durability, supervisorSocket, controllers: ofController } = settingsOf(self.config);
  const opening = openApiStore(self, { stateDir, durability, workerFile: bundledWorkerFile() });
  const [store, { serveApi }] = await Promise.all([opening, import("./server/serve-api.ts")]);
  const measure = createMeasure(store, supervisorSocket);
  const plan = addressPlan(instance);
  const api = await serveApi({ store, plan, measure }, socket);
  self.ready();

  const running = runControllers(store, controllers, { plan, strict, serves: { https: false }, ...ofController });
  const measuring = measureForAutoscalers(store, measure, ofController.timings);
  self.onDrain(() => {
    clearInterval(measuring);
    running.stop();
  });
  self.onDrain(() => api.close());
  self.onExit(() => store.close());

  await sleep(CLIENTS_AFTER_MS);
  const bound = await api.serveClients(stateDir, port);
  self.announce({ type: "bound", protocol: "tcp", virtual: { address: bound.address, port }, bound });
  // The CA was made with the credentials of those clients.
  self.onDrain(issueCertificates(store, stateDir));
}

// A library of the schemas still loads punycode; nobody who reads our log can do anything about it.
process.noDeprecation = true;
startProcess(serve);
