import { createServer } from "node:net";

const FIRST_PORT = 3128;

/** The forward proxy that the next Loopway will open: on the first free port. */
export async function nextProxy(port = FIRST_PORT): Promise<string> {
  const isFree = await new Promise<boolean>((resolve) => {
    const server = createServer().on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
  return isFree ? `http://127.0.0.1:${port}` : nextProxy(port + 1);
}
