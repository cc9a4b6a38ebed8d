import { randomUUID } from "node:crypto";
import { formatFailure, log, type Self } from "@loopway/hop-kit";
import { createCluster } from "@loopway/kube";
import { addressPlan, LoopwayError } from "@loopway/model";
import { type ApiStore, createApiStore } from "./store/api-store.ts";
import { type DurableStoreOptions, openDurableStore } from "./store/durable-store.ts";

/** The state directory's store, bootstrapped when new. Throws LoopwayError E_STATE. */
export async function openApiStore(self: Pick<Self, "config" | "nowUs">, options: DurableStoreOptions): Promise<ApiStore> {
  const { instance, stateDir } = self.config;
  const durable = await openDurableStore(options);
  const { instance: madeBy } = durable.contents.facts;
  if (madeBy !== undefined && madeBy !== String(instance)) {
    throw new LoopwayError("E_STATE", {
      state: stateDir,
      reason: `it holds the addresses of instance ${madeBy}, this is instance ${instance}`,
    });
  }
  const writeContext = () => ({ now: self.nowUs() / 1000, random: Math.random, newUid: randomUUID });
  const store = createApiStore(durable, writeContext, (error) => {
    log(`the store cannot be written: ${formatFailure(error)}`);
    process.exit(1);
  });
  if (madeBy === undefined) {
    await store.write((draft) => createCluster(draft, addressPlan(instance)));
    await durable.commit([], { instance: String(instance) });
  }
  return store;
}
