import { answerCodes, type Command, jsonHelp, jsonOption } from "../command.ts";
import { controllerHelp, controllerOptions } from "../controller-options.ts";

export const explain: Command = {
  name: "explain",
  summary: "say what becomes of one request, from manifests alone: no cluster, nothing is started",
  usage: "[METHOD] URL -f DIR|FILE|-...",
  options: {
    ...jsonOption,
    filename: { type: "string", short: "f", multiple: true },
    zone: { type: "string", multiple: true },
    lenient: { type: "boolean" },
    ...controllerOptions,
    from: { type: "string" },
    "source-ip": { type: "string" },
    header: { type: "string", short: "H", multiple: true },
  },
  optionHelp: [
    ["-f DIR|FILE|-", "manifests: a folder, a file, a pattern such as 'k8s/*.yaml' or standard input; may be repeated"],
    ["--zone DIR|FILE", "zone files of the hosted zones; without any, a host points to the load balancer of its Ingress"],
    ["--from internet|pod/NAME", "who asks (default internet); a pod knows the names of Services (pod/NAMESPACE/NAME)"],
    ["-H 'Name: value'", "a request header; may be repeated"],
    ["--source-ip ADDRESS", "the client's address, as conditions on source-ip see it"],
    ["--lenient", "take what Loopway takes and the real controller refuses (wildcards in Prefix paths, ClusterIP behind nodes)"],
    ...controllerHelp,
    jsonHelp,
  ],
  exitCodes: answerCodes("somebody answers", "nobody answers"),
  examples: [
    ["loopway explain https://shop.example.com/cart -f k8s/", "name → listener → rules → Service → pods, with file and line"],
    ["loopway explain POST http://api.example.com/v1/order -f k8s/ --zone zones/", "with the records of your zone files"],
    ["kustomize build overlays/prod | loopway explain http://api.example.com/ -f -", "what comes out of kustomize or helm template"],
    ["kubectl get ing,svc,deploy -A -o yaml | loopway explain http://api.example.com/ -f -", "what runs in a cluster"],
    ["loopway explain http://orders:8080/ -f k8s/ --from pod/web", "between pods: the name of a Service"],
    [
      "loopway explain http://api.example.com/ -f k8s/ --json",
      "as data (packages/core/analysis/explanation.schema.json); exit code 1: nobody answers",
    ],
  ],
  // Loaded when it is asked for: the controllers are half of this program.
  run: async (arguments_) => (await import("../explain/run.ts")).run(arguments_),
};
