// `up --watch`: files → what a save changes for requests → the API. The whole set is read before anything is applied.
import { diffManifests, formatDifference, loadRegexEngine, settle, usesRegexAnnotations } from "@loopway/analysis";
import { type ApiClient, referenceTo } from "@loopway/hop-kit";
import { type KubeObject, objectKey } from "@loopway/model";
import { applyAll } from "../apply-all.ts";
import { type DesiredFiles, readDesiredObjects, withExample } from "../desired-objects.ts";
import { reportProblem } from "../report-problem.ts";
import { watchSaves } from "./saves.ts";

/** Changes shown for one save. */
const SHOWN = 10;

export interface Watched {
  api: ApiClient;
  files: DesiredFiles;
  /** What was applied last. */
  objects: readonly KubeObject[];
  strict: boolean;
  instance: number;
}

/** Goes on until the process ends. What cannot be read or applied is told; what was applied last keeps serving. */
export async function watchFiles(watched: Watched): Promise<never> {
  const { manifests, zones } = withExample(watched.files);
  let { objects } = watched;
  const nextSave = watchSaves([...manifests, ...zones]);
  for (;;) {
    await nextSave();
    objects = await follow({ ...watched, objects });
  }
}

async function follow(watched: Watched): Promise<readonly KubeObject[]> {
  const { api, files, objects: before } = watched;
  let after: readonly KubeObject[];
  try {
    after = readDesiredObjects(files).objects;
  } catch (error) {
    reportProblem(error);
    console.error("  nothing was applied: what was applied last keeps serving");
    return before;
  }
  if (JSON.stringify(after) === JSON.stringify(before)) return before;
  process.stdout.write(`\n${await describeChange(watched, after)}`);
  await applyAll(api, after);
  await prune(api, before, after);
  return after;
}

async function describeChange({ objects, strict, instance }: Watched, after: readonly KubeObject[]): Promise<string> {
  const compileRegex = usesRegexAnnotations([...objects, ...after]) ? await loadRegexEngine() : undefined;
  const settled = (each: readonly KubeObject[]) => settle(each, { strict, now: Date.now(), instance, compileRegex });
  const difference = diffManifests({ before: settled(objects), after: settled(after) }, compileRegex === undefined ? {} : { compileRegex });
  return formatDifference(difference, SHOWN);
}

/** Deletes what this `up` applied and the files no longer hold; never what somebody else made. */
async function prune(api: ApiClient, before: readonly KubeObject[], after: readonly KubeObject[]): Promise<void> {
  const nameOf = (object: KubeObject) => `${object.kind} ${objectKey(object)}`;
  const kept = new Set(after.map(nameOf));
  for (const object of before.filter((each) => !kept.has(nameOf(each)))) {
    try {
      if ((await api.get(referenceTo(object))) === undefined) continue;
      await api.delete(referenceTo(object), { propagationPolicy: "Background" });
      console.log(`deleted: ${nameOf(object)}`);
    } catch (error) {
      reportProblem(error);
    }
  }
}
