export { CheckedTarget, type TargetSurroundings } from "./checked-target.ts";
