import { expect, test } from "vitest";
import { candidateEndpoints, type EndpointConditions } from "../src/index.ts";

const ready = { conditions: { ready: true, serving: true, terminating: false } };
const notReady = { conditions: { ready: false, serving: false, terminating: false } };
const leaving = { conditions: { ready: false, serving: true, terminating: true } };
const gone = { conditions: { ready: false, serving: false, terminating: true } };

const cases: [name: string, endpoints: EndpointConditions[], expected: EndpointConditions[]][] = [
  ["ready endpoints only", [ready, notReady, leaving], [ready]],
  ["none ready: those that still serve while they terminate", [notReady, leaving, gone], [leaving]],
  ["none ready, none serving: none", [notReady, gone], []],
  ["absent conditions mean ready", [{}, notReady], [{}]],
  ["an endpoint that is merely not ready is no fallback", [notReady], []],
];

test.each(cases)("%s", (_, endpoints, expected) => {
  expect(candidateEndpoints(endpoints)).toEqual(expected);
});
