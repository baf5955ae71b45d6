/** How a cause is shown: which light stands before it, and what was looked at. */
import type { WhyCause, WhyChecked } from "../../ipc/bindings";
import type { Light } from "../../components/HealthLight";

const LIGHTS: Record<WhyCause, Light> = {
  listed: "ok",
  found: "ok",
  filtered: "soon",
  kept: "soon",
  not_approved: "soon",
  sign_on_first: "soon",
  scope_missing: "soon",
  not_listed_yet: "busy",
  no_account: "off",
  removed: "off",
  not_shown: "off",
  not_asked: "off",
  sign_in_needed: "stop",
};

export const checkedLight = (cause: WhyCause): Light => LIGHTS[cause];

/** An account with its host, or what else was looked at. */
export const checkedPlace = ({ what, host_label }: WhyChecked): string => (host_label === null ? what : `${what} at ${host_label}`);
