import { startHop } from "@loopway/hop-kit";
import { serve } from "@loopway/route53";
import { createDns2Server } from "./route53/name-server.ts";

startHop((hop) => serve(hop, createDns2Server));
