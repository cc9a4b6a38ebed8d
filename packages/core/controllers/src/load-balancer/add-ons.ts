// wafv2-acl-arn, wafv2-acl-name, waf-acl-id, shield-advanced-protection (pkg/ingress/model_build_load_balancer_addons.go): resources of their
// own beside the load balancer. No hop acts on them.
import { readBoolean, readText } from "./annotations.ts";
import { formatList, groupTexts, memberSettings, onlyAnnotated } from "./group-settings.ts";
import { reportToGroup, type StackBuild } from "./stack-build.ts";

export interface AddOns {
  /** "none" takes the association away. */
  webAclArn?: string;
  webAclName?: string;
  wafRegionalAclId?: string;
  shieldProtected?: boolean;
}

export function buildAddOns(build: StackBuild): AddOns {
  const arns = groupTexts(build, "wafv2-acl-arn", ({ wafv2AclArn }) => wafv2AclArn).filter(isGiven);
  if (arns.length > 1) reportToGroup(build)(`conflicting WAFv2 WebACL ARNs: ${formatList(arns)}`);
  const names = groupTexts(build, "wafv2-acl-name", ({ wafv2AclName }) => wafv2AclName).filter(isGiven);
  if (names.length > 1) reportToGroup(build)(`conflicting WAFv2 WebACL names: ${formatList(names)}`);
  // The older name counts only where an Ingress has not the newer.
  const ids = memberSettings(build, onlyAnnotated, ({ metadata: { annotations } }) => {
    return readText("waf-acl-id", [annotations]) ?? readText("web-acl-id", [annotations]);
  });
  const distinct = [...new Set(ids.map(({ value }) => value).filter(isGiven))].sort();
  if (distinct.length > 1) reportToGroup(build)(`conflicting WAFClassic WebACL IDs: ${formatList(distinct)}`);
  const [webAclArn] = arns;
  const [webAclName] = names;
  const [wafRegionalAclId] = distinct;
  const shieldProtected = readShield(build);
  return {
    ...(webAclArn === undefined ? {} : { webAclArn }),
    ...(webAclName === undefined ? {} : { webAclName }),
    ...(wafRegionalAclId === undefined ? {} : { wafRegionalAclId }),
    ...(shieldProtected === undefined ? {} : { shieldProtected }),
  };
}

const isGiven = (text: string) => text !== "";

function readShield(build: StackBuild): boolean | undefined {
  const settings = memberSettings(build, onlyAnnotated, (ingress) =>
    readBoolean("shield-advanced-protection", [ingress.metadata.annotations], reportToGroup(build)),
  );
  const [value, other] = new Set(settings.map((setting) => setting.value));
  if (other !== undefined) reportToGroup(build)("conflicting enable shield advanced protection");
  return value;
}
