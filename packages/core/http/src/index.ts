export * from "./head.ts";
