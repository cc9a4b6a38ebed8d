import type { Pod, StatefulSet } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { schedulerController } from "../../src/scheduler/reconcile.ts";
import { statefulSetController } from "../../src/stateful-set/reconcile.ts";
import { NAMESPACE, runPod, threeNodes } from "../objects.ts";
import { createWorld, type World } from "../world.ts";

const set = (spec: Partial<StatefulSet["spec"]> = {}, image = "db:1"): StatefulSet => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", namespace: NAMESPACE },
  spec: {
    replicas: 3,
    serviceName: "db-headless",
    selector: { matchLabels: { app: "db" } },
    template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "db", image }] } },
    ...spec,
  },
});

class Cluster {
  readonly world: World;
  constructor(subject: StatefulSet) {
    this.world = createWorld([statefulSetController, schedulerController]);
    this.world.create(...threeNodes, subject);
    this.world.settle();
  }
  pods(): Pod[] {
    return [...this.world.list<Pod>("Pod", NAMESPACE)];
  }
  /** "db-0 db:1", with ! while it ends. */
  shown(): string[] {
    return this.pods().map(({ metadata, spec }) => `${metadata.name}${metadata.deletionTimestamp ? "!" : ""} ${spec.containers[0]?.image}`);
  }
  ready(name: string): this {
    runPod(this.world, this.world.get<Pod>("Pod", name, NAMESPACE) as Pod, true);
    this.world.settle();
    return this;
  }
  gone(name: string): this {
    this.world.apply({ op: "delete", kind: "Pod", namespace: NAMESPACE, name, force: true });
    this.world.settle();
    return this;
  }
  change(spec: Partial<StatefulSet["spec"]>, image?: string): this {
    const current = this.world.get<StatefulSet>("StatefulSet", "db", NAMESPACE) as StatefulSet;
    const { resourceVersion: _, ...metadata } = current.metadata;
    const template = image === undefined ? current.spec.template : set({}, image).spec.template;
    this.world.apply({ op: "update", object: { ...current, metadata, spec: { ...current.spec, template, ...spec } } as StatefulSet });
    this.world.settle();
    return this;
  }
  status() {
    return this.world.get<StatefulSet>("StatefulSet", "db", NAMESPACE)?.status;
  }
}
const running = (spec: Partial<StatefulSet["spec"]> = {}) => new Cluster(set(spec)).ready("db-0").ready("db-1").ready("db-2");

describe("pods of a StatefulSet", () => {
  test("come one after the other, each when those before it are ready", () => {
    const cluster = new Cluster(set());
    expect(cluster.shown()).toEqual(["db-0 db:1"]);
    expect(cluster.ready("db-0").shown()).toEqual(["db-0 db:1", "db-1 db:1"]);
    expect(cluster.ready("db-1").ready("db-2").shown()).toEqual(["db-0 db:1", "db-1 db:1", "db-2 db:1"]);
    expect(cluster.status()).toMatchObject({ replicas: 3, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3 });
  });

  test("keep their names, which are their host names below the Service", () => {
    const [pod] = running().gone("db-0").pods();
    expect(pod?.metadata.labels).toMatchObject({
      "statefulset.kubernetes.io/pod-name": "db-0",
      "apps.kubernetes.io/pod-index": "0",
      app: "db",
    });
    expect([pod?.spec.hostname, pod?.spec.subdomain]).toEqual(["db-0", "db-headless"]);
  });

  test("go one after the other, the highest first", () => {
    const cluster = running().change({ replicas: 1 });
    expect(cluster.shown()).toEqual(["db-0 db:1", "db-1 db:1", "db-2! db:1"]);
    expect(cluster.gone("db-2").shown()).toEqual(["db-0 db:1", "db-1! db:1"]);
    expect(cluster.gone("db-1").shown()).toEqual(["db-0 db:1"]);
  });

  test("Parallel makes and removes all at once", () => {
    const cluster = new Cluster(set({ podManagementPolicy: "Parallel" }));
    expect(cluster.shown()).toHaveLength(3);
    cluster.ready("db-0").ready("db-1").ready("db-2").change({ replicas: 1 });
    expect(cluster.shown()).toEqual(["db-0 db:1", "db-1! db:1", "db-2! db:1"]);
  });

  test("an ordinal may start elsewhere", () =>
    expect(new Cluster(set({ replicas: 1, ordinals: { start: 5 } })).shown()).toEqual(["db-5 db:1"]));
});

describe("a rolling update", () => {
  test("replaces from the highest ordinal down, each ready before the next", () => {
    const cluster = running().change({}, "db:2");
    expect(cluster.shown()).toEqual(["db-0 db:1", "db-1 db:1", "db-2! db:1"]);
    expect(cluster.gone("db-2").shown()).toEqual(["db-0 db:1", "db-1 db:1", "db-2 db:2"]);
    expect(cluster.status()).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
    expect(cluster.ready("db-2").shown()).toEqual(["db-0 db:1", "db-1! db:1", "db-2 db:2"]);
    cluster.gone("db-1").ready("db-1").gone("db-0").ready("db-0");
    expect(cluster.shown()).toEqual(["db-0 db:2", "db-1 db:2", "db-2 db:2"]);
    const status = cluster.status();
    expect(status?.currentRevision).toBe(status?.updateRevision);
  });

  test("stops at the partition, and a pod below it comes back as it was", () => {
    const cluster = running().change({ updateStrategy: { rollingUpdate: { partition: 2 } } }, "db:2");
    cluster.gone("db-2").ready("db-2");
    expect(cluster.shown()).toEqual(["db-0 db:1", "db-1 db:1", "db-2 db:2"]);
    expect(cluster.gone("db-0").shown()[0]).toBe("db-0 db:1");
  });

  test("OnDelete waits for somebody to delete the pods", () => {
    const cluster = running().change({ updateStrategy: { type: "OnDelete" } }, "db:2");
    expect(cluster.shown()).toEqual(["db-0 db:1", "db-1 db:1", "db-2 db:1"]);
  });

  test("each template is a ControllerRevision; one that comes back is numbered anew", () => {
    const cluster = running().change({}, "db:2").change({}, "db:1");
    const revisions = cluster.world.list<{ revision: number } & Pod>("ControllerRevision", NAMESPACE).map(({ revision }) => revision);
    expect([...revisions].sort()).toEqual([2, 3]);
  });
});
