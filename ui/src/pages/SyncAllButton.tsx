import { useMutation, useQuery } from "@tanstack/react-query";
import { Button } from "../components/Button";
import { Icon } from "../components/Icon";
import { mutations } from "../data/mutations";
import { queries } from "../data/queries";
import { useSay } from "../frame/Toasts";

/** Reads every account anew. */
export function SyncAllButton() {
  const status = useQuery(queries.syncStatus()).data;
  const say = useSay();
  const sync = useMutation(mutations.syncStart());
  const all = status !== undefined && status.accounts > 0 && status.running.length === status.accounts;
  const reason = status?.accounts === 0 ? "Connect an account first." : all ? "All accounts are being read now." : undefined;
  return (
    <Button icon={<Icon name="refresh" size="small" />} keys={["R"]} disabledReason={reason} onClick={() => sync.mutate(null, { onError: (problem) => say.sayProblem(problem) })}>
      Sync all
    </Button>
  );
}
