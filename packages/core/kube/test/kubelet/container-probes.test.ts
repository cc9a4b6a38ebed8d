import type { Probe } from "@loopway/model";
import { describe, expect, test } from "vitest";
import { endProbe, startProbes } from "../../src/kubelet/container-probes.ts";
import { failedProbe } from "../../src/kubelet/pod-life.ts";
import { Node, pod, web } from "./pods.ts";

const http = { httpGet: { port: 8080 } };
const node = (probes: { [probe in "startupProbe" | "readinessProbe" | "livenessProbe"]?: Probe }) =>
  new Node(pod({ containers: [{ ...web, ...probes }] }));

describe("readiness", () => {
  const seen = (probe: Probe, results: string) => {
    const container = { ...web, readinessProbe: { ...http, ...probe } };
    let probes = startProbes(container, 0);
    return [...results]
      .map((result) => {
        probes = endProbe(probes, container, { type: "readiness", isSuccess: result === "+" }, 0);
        return probes.isReady ? "R" : ".";
      })
      .join("");
  };
  test.each([
    { name: "one success makes ready, three failures in a row unready", probe: {}, results: "-+--+---+", expected: ".RRRRRR.R" },
    { name: "successThreshold counts successes in a row", probe: { successThreshold: 2 }, results: "+-++", expected: "...R" },
    { name: "failureThreshold 1 forgives nothing", probe: { failureThreshold: 1 }, results: "+-+", expected: "R.R" },
  ])("$name", ({ probe, results, expected }) => expect(seen(probe, results)).toBe(expected));

  test("is asked quickly until its first success, then every periodSeconds", () => {
    const subject = node({ readinessProbe: { ...http, periodSeconds: 5 } });
    subject.answers = { readiness: false };
    subject.serve().until(0.15);
    subject.answers = {};
    expect(subject.until(11).probes).toEqual(["0 readiness", "0.1 readiness", "0.2 readiness", "5.2 readiness", "10.2 readiness"]);
  });

  test("without a probe the port is asked until it accepts, and never again", () => {
    const subject = node({}).serve().until(3600);
    expect([subject.probes, subject.isReady()]).toEqual([["0 readiness"], true]);
  });
});

describe("startup and liveness", () => {
  test("until the startup probe has succeeded, neither of the others is made", () => {
    const subject = node({ startupProbe: { ...http, periodSeconds: 2 }, livenessProbe: { ...http, initialDelaySeconds: 1 } });
    subject.answers = { startup: false };
    subject.serve().until(3);
    expect(subject.probes).toEqual(["0 startup", "2 startup"]);
    subject.answers = {};
    subject.until(14);
    expect(subject.probes.slice(2)).toEqual(["4 startup", "4 readiness", "4 liveness", "14 liveness"]);
  });

  test.each([
    { name: "startup: failureThreshold × period is the time a container has", probe: "startup", expected: [30, 60] },
    { name: "liveness: three in a row by default", probe: "liveness", expected: [3, 20] },
  ])("$name", ({ probe, expected: [failures = 0, seconds = 0] }) => {
    const failureThreshold = probe === "startup" ? { failureThreshold: 30, periodSeconds: 2 } : {};
    const subject = node({ [`${probe}Probe`]: { ...http, ...failureThreshold } });
    subject.answers = { [probe]: false };
    subject.serve().until(seconds - 3);
    expect(failedProbe(subject.life)).toBeUndefined();
    subject.until(seconds);
    expect(failedProbe(subject.life)).toEqual({ container: "web", type: probe });
    expect(subject.until(600).probes.filter((made) => made.endsWith(probe))).toHaveLength(failures);
  });

  test("initialDelaySeconds counts from the start of the container", () => {
    const subject = node({ livenessProbe: { ...http, initialDelaySeconds: 15 } })
      .serve()
      .until(30);
    expect(subject.probes).toEqual(["0 readiness", "15 liveness", "25 liveness"]);
  });
});
