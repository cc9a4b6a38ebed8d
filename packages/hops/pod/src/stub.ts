// How this stub behaves at present: its settings against its age and its dice.
import { type StubSettings, slowness } from "./stub-settings.ts";

export interface Stub {
  isHealthy(): boolean;
  /** How long the next answer takes, beside what the request itself asks for. */
  latencyMs(): number;
  /** The status with which the next request fails, as one in so many does. */
  failure(): number | undefined;
  /** A request was answered: what it counts for. */
  worked(): void;
}

export interface StubOptions {
  settings: StubSettings;
  random(): number;
  /** Milliseconds since it began to listen. */
  ageMs(): number;
  /** Milliseconds of CPU that the requests so far count for; told at most ten times a second. */
  reportWork(cpuMs: number): void;
}

/** Short against the second that a rate is measured over at least. */
const REPORT_MS = 100;

export function createStub({ settings, random, ageMs, reportWork }: StubOptions): Stub {
  let workedMs = 0;
  let isReportDue = false;
  const report = () => {
    isReportDue = false;
    reportWork(workedMs);
  };
  return {
    isHealthy: () => ageMs() < settings.unhealthyAfterMs,
    latencyMs: () => settings.latencyMs(random()) * slowness(settings, ageMs()),
    failure: () => (settings.errorRate > 0 && random() < settings.errorRate ? settings.errorStatus : undefined),
    worked() {
      if (settings.cpuMs === 0) return;
      workedMs += settings.cpuMs;
      if (!isReportDue) setTimeout(report, REPORT_MS).unref();
      isReportDue = true;
    },
  };
}
