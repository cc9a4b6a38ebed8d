import { serve } from "@loopway/alb";
import { startHop } from "@loopway/hop-kit";
import { HttpProxyEngine } from "./alb/engine.ts";

// http-proxy calls util._extend (DEP0060); nobody who reads our log can do anything about it.
process.noDeprecation = true;
startHop((hop) => serve(hop, ({ nowUs }, surroundings) => new HttpProxyEngine(nowUs, surroundings)));
