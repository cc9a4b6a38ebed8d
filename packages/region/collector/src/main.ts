import { dirname, join } from "node:path";
import { startProcess } from "@loopway/hop-kit";
import { serve } from "./serve.ts";

startProcess(async ({ config, nowUs, ready, onDrain }) => {
  const { httpSocket = join(dirname(config.collectorSocket), "collector-http.sock") } = config.settings as { httpSocket?: string };
  onDrain(await serve({ spanSocket: config.collectorSocket, httpSocket, nowUs }));
  ready();
});
