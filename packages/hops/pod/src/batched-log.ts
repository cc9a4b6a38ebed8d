const BATCH_MS = 10;

/** Standard output in batches: one write for many requests. */
export function createBatchedLog() {
  let pending = "";
  const flush = () => {
    if (pending !== "") process.stdout.write(pending);
    pending = "";
  };
  return {
    line(text: string): void {
      if (pending === "") setTimeout(flush, BATCH_MS).unref();
      pending += `${text}\n`;
    },
    flush,
  };
}
