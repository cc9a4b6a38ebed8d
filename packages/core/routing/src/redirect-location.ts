import type { Action } from "@loopway/model";

/** What placeholders stand for. */
export interface RedirectSource {
  protocol: string;
  host: string;
  listenerPort: number;
  /** As sent, with the leading slash. */
  path: string;
  query: string | undefined;
}

/** CloudWatch metric HTTP_Redirect_Url_Limit_Exceeded_Count: a longer Location is not sent. */
const MAX_LOCATION = 8 * 1024;

/**
 * Location of a redirect action; undefined when it is too long. Elastic Load Balancing API, RedirectActionConfig: #{protocol}, #{host},
 * #{port}, #{path} (without its leading slash) and #{query} stand for the request's; each part that is not given keeps the request's.
 */
export function buildLocation(config: NonNullable<Action["redirectConfig"]>, source: RedirectSource): string | undefined {
  const values: Readonly<Record<string, string>> = {
    "#{protocol}": source.protocol,
    "#{host}": source.host,
    "#{port}": String(source.listenerPort),
    "#{path}": source.path.slice(1),
    "#{query}": source.query ?? "",
  };
  const fill = (template: string) =>
    template.replace(/#\{(?:protocol|host|port|path|query)\}/g, (placeholder) => values[placeholder] ?? "");
  const protocol = fill(config.protocol ?? "#{protocol}").toLowerCase();
  const query = fill(config.query ?? "#{query}");
  const path = fill(config.path ?? "/#{path}");
  const location = `${protocol}://${fill(config.host ?? "#{host}")}:${fill(config.port ?? "#{port}")}${path}${query === "" ? "" : `?${query}`}`;
  return location.length > MAX_LOCATION ? undefined : location;
}
