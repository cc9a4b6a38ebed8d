import { startHop } from "@loopway/hop-kit";
import { serve } from "./serve.ts";

startHop(serve);
