import type { ApiClient } from "@loopway/hop-kit";
import type { KubeObject } from "@loopway/model";
import { applyObject } from "./apply-objects.ts";
import { reportProblem } from "./report-problem.ts";

/** Namespaces first, then the rest at once. One object refused does not stop the others. Returns how many were refused. */
export async function applyAll(api: ApiClient, objects: readonly KubeObject[]): Promise<number> {
  let refused = 0;
  const applyEach = (group: readonly KubeObject[]) =>
    Promise.all(
      group.map((object) =>
        applyObject(api, object).catch((error: unknown) => {
          refused += 1;
          reportProblem(error);
        }),
      ),
    );
  await applyEach(objects.filter(({ kind }) => kind === "Namespace"));
  await applyEach(objects.filter(({ kind }) => kind !== "Namespace"));
  return refused;
}
