import { useMutation, useQuery } from "@tanstack/react-query";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import type { Settings } from "../../ipc/bindings";

/** The settings, and a way to keep one of them as it is made. */
export function useSettings() {
  const settings = useQuery(queries.settings());
  const save = useMutation(mutations.setSettings());
  function change(part: Partial<Settings>, onKept?: () => void) {
    if (settings.data) save.mutate({ ...settings.data, ...part }, onKept ? { onSuccess: onKept } : {});
  }
  /** What was to be kept, where the keeper first asks who wants it. */
  const wanted = save.error?.code === "passphrase_needed" ? save.variables : undefined;
  return { settings: settings.data, change, problem: wanted ? null : save.error, wanted, forget: save.reset };
}
