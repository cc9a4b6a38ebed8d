export * from "./controller.ts";
export * from "./snapshot.ts";
