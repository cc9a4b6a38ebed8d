/** A real browser on a page whose script asks an API of another origin, started as `loopway doctor` says. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Pod, Span, TraceNode } from "@loopway/model";
import { eventually, missing } from "@loopway/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OpenBrowser, openBrowser, writeBrowserCommand } from "../src/browser.ts";
import { hopsOf, latestTraces, openApi, startWorld, type World } from "../src/index.ts";

const TRACES = 1_000;
/** HTTPS records are asked for by browsers and by no hop. */
const ways = [
  {
    way: "by DoH profile",
    recipe: "browser-doh",
    hops: ["alb", "kube-proxy", "pod"],
    asked: ["HTTPS api.example.com", "HTTPS shop.example.com"],
  },
  { way: "by proxy", recipe: "browser-proxy", hops: ["client", "alb", "kube-proxy", "pod"], asked: [] },
];

interface Finding {
  what: string;
  recipe?: string;
  commands?: string[];
}

const spansOf = ({ span, children }: TraceNode): Span[] => [span, ...children.flatMap(spansOf)];

/** What the load balancer was asked for at the path, with the rest of each trace. */
async function tracesOf(world: World, path: string) {
  const traces = (await latestTraces(world, TRACES)).map((trace) => ({ trace, spans: spansOf(trace) }));
  return traces.flatMap(({ trace, spans }) => {
    const { summary = "", outcome } = spans.find(({ hop }) => hop === "alb") ?? {};
    const [method = "", target] = summary.split(" ");
    return target === path ? [{ method, outcome, trace, pod: spans.find(({ hop }) => hop === "pod")?.name }] : [];
  });
}

/** What the page has come to, by selector. */
function shownBy({ page }: OpenBrowser): Promise<Record<string, string>> {
  return page.evaluate(() =>
    Object.fromEntries(["h1", "#pod", "#order"].map((selector) => [selector, document.querySelector(selector)?.textContent ?? ""])),
  );
}

describe.skipIf(missing("chromium"))("a browser", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "loopway-browser-"));
    writeBrowserCommand(folder);
    process.env.PATH = `${folder}${delimiter}${process.env.PATH}`;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  describe.each(ways)("$way", ({ recipe, hops, asked }) => {
    let world: World;
    let browser: OpenBrowser;
    let obstacle: string | undefined;
    beforeAll(async () => {
      world = await startWorld({ files: ["fixtures/shop"], zones: ["fixtures/shop"], args: ["--allow-exec"] });
      const findings = JSON.parse((await world.loopway(["doctor", "--json"])).stdout) as Finding[];
      const { what, commands } = findings.find((each) => each.recipe === recipe) ?? { what: `doctor knows no ${recipe}` };
      if (commands !== undefined) browser = await openBrowser(commands);
      // An ordinary user's load balancers may not be where DNS says.
      else if (process.getuid?.() === 0) throw new Error(what);
      else {
        obstacle = what;
        console.warn(`SKIPPED: ${what}; its tests did not run`);
      }
    });
    afterAll(async () => {
      await browser?.close();
      await world?.stop();
    });
    beforeEach(({ skip }) => {
      if (obstacle !== undefined) skip(obstacle);
    });

    test("shows the page, and what a pod answered to its script", async () => {
      const api = openApi(world);
      const { items } = await api.list<Pod>({ kind: "Pod", namespace: "default" });
      api.close();
      const orders = items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith("orders-"));
      const answers = orders.map((pod) => JSON.stringify({ path: "/v1/order/1", pod, cart: "7" }));
      await eventually(async () => {
        const shown = await shownBy(browser);
        expect(shown).toEqual({ h1: "Your order", "#pod": expect.stringMatching(/^shop-/), "#order": expect.toBeOneOf(answers) });
      });
    });

    test("asks first by OPTIONS, then by GET, and both went the whole path", async () => {
      const traces = await eventually(async () => {
        const found = await tracesOf(world, "/v1/order/1");
        expect(found.map(({ method }) => method).sort()).toEqual(["GET", "OPTIONS"]);
        for (const { trace } of found) expect(hopsOf(trace).filter((hop) => hop !== "route53")).toEqual(hops);
        return found.sort(({ trace: left }, { trace: right }) => left.span.startUs - right.span.startUs);
      });
      const { "#order": order = "" } = await shownBy(browser);
      expect(traces).toMatchObject([
        { method: "OPTIONS", outcome: { kind: "forwarded", status: 204 } },
        { method: "GET", outcome: { kind: "forwarded", status: 200 }, pod: JSON.parse(order).pod },
      ]);
    });

    test(`asks Route 53 itself for ${asked.length === 0 ? "nothing" : asked.join(", ")}`, async () => {
      await eventually(async () => {
        const summaries = (await latestTraces(world, TRACES)).map(({ span }) => span.summary ?? "");
        expect(new Set(summaries.filter((summary) => /^HTTPS .*\.example\.com$/.test(summary)))).toEqual(new Set(asked));
      });
    });

    /** [what, path, headers, method that reaches the pod] */
    test.each([
      ["an answer that no page may read", "/v1/payment/1", {}, "GET"],
      ["a field that may not be sent", "/v1/payment/2", { "X-Cart": "7" }, "OPTIONS"],
    ] as const)("refuses %s, though a pod answered", async (_, path, headers, method) => {
      const request = { url: `http://api.example.com${path}`, headers };
      const fetched = browser.page.evaluate(({ url, headers }) => fetch(url, { headers }).then(() => "read", String), request);
      expect(await fetched).toBe("TypeError: Failed to fetch");
      await eventually(async () => {
        const outcome = { kind: "forwarded", status: 200 };
        expect(await tracesOf(world, path)).toMatchObject([{ method, outcome, pod: expect.stringMatching(/^payments-/) }]);
      });
    });
  });
});
