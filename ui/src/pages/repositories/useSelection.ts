import { useCallback, useRef, useState } from "react";
import type { Repository, RepositoryQuery } from "../../ipc/bindings";
import { usePlatform } from "../../ipc/PlatformContext";
import { useSay } from "../../frame/Toasts";
import { number } from "../when";
import { added, addresses, asCsv, asJson, NONE, type Selection, toggled } from "./selection";

/** The most that the keeper answers at once. */
const STRETCH = 1000;

/** How a selection is copied. */
export type CopyForm = "addresses" | "csv" | "json";

const FORMS: Record<CopyForm, { one: string; several: string; text: (chosen: Selection) => string }> = {
  addresses: { one: "address", several: "addresses", text: addresses },
  csv: { one: "repository as CSV", several: "repositories as CSV", text: asCsv },
  json: { one: "repository as JSON", several: "repositories as JSON", text: asJson },
};

/** The selected repositories; selecting all that match asks for them, however many are loaded. */
export function useSelection() {
  const platform = usePlatform();
  const { say, sayProblem } = useSay();
  const [selection, setSelection] = useState<Selection>(NONE);
  const [busy, setBusy] = useState<string>();
  const turn = useRef(0);

  const clear = useCallback(() => {
    turn.current += 1;
    setBusy(undefined);
    setSelection(NONE);
  }, []);

  /** Adds the rows of a query from one index to another. */
  const gather = useCallback(
    async (query: RepositoryQuery, from: number, to: number) => {
      turn.current += 1;
      const mine = turn.current;
      const rows: Repository[] = [];
      let end = to;
      try {
        for (let offset = from; offset <= end; offset += STRETCH) {
          const part = await platform.repositoryList({ ...query, offset, limit: Math.min(STRETCH, end - offset + 1) });
          if (mine !== turn.current) return;
          rows.push(...part.rows);
          end = Math.min(end, part.total - 1);
          if (offset + STRETCH <= end) setBusy(`Selecting ${number(rows.length)} of ${number(end - from + 1)}`);
        }
        setSelection((before) => added(before, rows));
      } catch (thrown) {
        sayProblem(thrown);
      } finally {
        if (mine === turn.current) setBusy(undefined);
      }
    },
    [platform, sayProblem],
  );

  const copy = useCallback(
    (chosen: Selection, as: CopyForm) => {
      const count = chosen.size;
      const what = count === 1 ? FORMS[as].one : FORMS[as].several;
      platform
        .copyText(FORMS[as].text(chosen))
        .then(() => say({ light: "ok", title: `${number(count)} ${what} copied` }), sayProblem);
    },
    [platform, say, sayProblem],
  );

  return {
    selection,
    busy,
    toggle: useCallback((row: Repository) => setSelection((before) => toggled(before, row)), []),
    add: useCallback((rows: Iterable<Repository>) => setSelection((before) => added(before, rows)), []),
    gather,
    clear,
    copy: (as: CopyForm = "addresses") => copy(selection, as),
  };
}
