export { HealthChecker, type HealthCheckerOptions } from "./health-checker.ts";
