import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../components/Button";
import { classes } from "../../components/classes";
import { HealthLight } from "../../components/HealthLight";
import { Icon } from "../../components/Icon";
import { Select } from "../../components/Select";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { Page } from "../../frame/Page";
import { useSay } from "../../frame/Toasts";
import type { FoundItem, Source } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { moveInRows } from "../rows";
import { number } from "../when";
import { AddSourceDialog } from "./AddSourceDialog";
import { FoundDialog } from "./FoundDialog";
import { countSentence, placeOf, shelves } from "./gallery";
import styles from "./SourcesPage.module.css";

/** The choice that leaves no kind out. */
const ALL = "all";

/** What lies in repositories that can be used: templates, skills and more, and where is looked for them. */
export function SourcesPage({ adding = false }: { adding?: boolean }) {
  const navigate = useNavigate();
  const sources = useQuery(queries.sourceList());
  const found = useQuery(queries.foundList({}));
  const kinds = useQuery(queries.sourceKinds()).data ?? [];
  const letters = useQuery(queries.settings()).data?.single_keys ?? true;
  const refresh = useMutation(mutations.sourceRefresh());
  const [only, setOnly] = useState(ALL);
  const [shownItem, setShownItem] = useState<FoundItem>();
  const { sayProblem } = useSay();
  const rows = sources.data?.rows ?? [];
  const shown = shelves(kinds, found.data?.rows ?? [], only === ALL ? null : only);
  const first = shown[0]?.items[0];
  const loaded = sources.data !== undefined && found.data !== undefined;
  const setAdding = (on: boolean) => void navigate({ to: "/sources", search: on ? { ask: "add" } : {}, replace: true });

  return (
    <Page
      title="Sources"
      foot={rows.length > 0 ? countSentence(rows, number) : "What your repositories offer is listed here"}
      keys={first ? [{ keys: ["↑", "↓"], does: "choose" }, { keys: ["↵"], does: "look at it" }] : []}
      actions={
        <>
          {rows.length > 0 && (
            <Button
              icon={<Icon name="refresh" />}
              busy={refresh.isPending ? "Looking…" : undefined}
              onClick={() => refresh.mutate({}, { onError: sayProblem })}
            >
              Refresh
            </Button>
          )}
          <Button variant="primary" icon={<Icon name="plus" />} onClick={() => setAdding(true)}>
            Add a source…
          </Button>
        </>
      }
    >
      <div className={styles.rows} data-region="body">
        <ProblemText className={styles.problem} problem={sources.error ?? found.error} />
        {rows.length > 0 && <SourceRows sources={rows} />}
        {rows.length > 0 && kinds.length > 0 && (
          <div className={styles.kinds}>
            <Select label="Kind" value={only} onChange={setOnly} options={[{ value: ALL, label: "All kinds" }, ...kinds.map((kind) => ({ value: kind.id, label: kind.plural }))]} />
          </div>
        )}
        {first && (
          <div role="grid" tabIndex={-1} aria-label="Found" onKeyDown={(event) => moveInRows(event, letters)}>
            {shown.map(({ kind, items }) => (
              <div key={kind.id} role="rowgroup" data-kind={kind.id}>
                <div role="row" className={styles.group}>
                  <span role="rowheader">{kind.plural}</span>
                </div>
                {items.map((item) => (
                  <FoundRow key={item.id} item={item} first={item === first} onOpen={() => setShownItem(item)} />
                ))}
              </div>
            ))}
          </div>
        )}
        {loaded && rows.length > 0 && !first && <p className={styles.none}>Nothing of that kind is found in the sources.</p>}
        {loaded && rows.length === 0 && <Nothing onAdd={() => setAdding(true)} />}
      </div>
      {adding && <AddSourceDialog kinds={kinds} onClose={() => setAdding(false)} />}
      {shownItem && <FoundDialog item={shownItem} onClose={() => setShownItem(undefined)} />}
    </Page>
  );
}

/** Where is looked, with what went wrong there. */
function SourceRows({ sources }: { sources: readonly Source[] }) {
  const remove = useMutation(mutations.sourceRemove());
  const refresh = useMutation(mutations.sourceRefresh());
  const add = useMutation(mutations.sourceAdd());
  const { say, sayProblem } = useSay();
  const takeAway = (source: Source) =>
    remove.mutate(source.id, {
      onError: sayProblem,
      onSuccess: () => {
        const { reference, path, kind } = source;
        const again = { repository: { kind: "id" as const, id: source.repository }, reference, path, kind };
        say({
          light: "ok",
          title: `${placeOf(source)} is no source any more`,
          action: { label: "Undo", run: () => add.mutate(again, { onError: sayProblem }) },
        });
      },
    });
  return (
    <ul className={styles.sources} aria-label="Sources">
      {sources.map((source) => (
        <li key={source.id} className={styles.source}>
          <HealthLight light={source.problem === null ? "ok" : "soon"} />
          <span className={styles.cell}>
            <span className={classes(styles.mono, styles.cut)}>{placeOf(source)}</span>
            <span className={styles.under}>{source.problem === null ? source.host_label : `${source.problem.message} ${source.problem.hint}`}</span>
          </span>
          <span className={styles.muted}>{`${number(source.found)} found`}</span>
          <Button
            variant="quiet"
            size="small"
            aria-label={`Refresh ${placeOf(source)}`}
            icon={<Icon name="refresh" />}
            onClick={() => refresh.mutate({ source: source.id }, { onError: sayProblem })}
          />
          <Button variant="quiet" size="small" aria-label={`Remove ${placeOf(source)}`} icon={<Icon name="x" />} onClick={() => takeAway(source)} />
        </li>
      ))}
    </ul>
  );
}

function FoundRow({ item, first, onOpen }: { item: FoundItem; first: boolean; onOpen: () => void }) {
  return (
    <div
      role="row"
      tabIndex={first ? 0 : -1}
      className={styles.row}
      data-found={item.id}
      onClick={onOpen}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget) onOpen();
      }}
    >
      <span role="gridcell" className={styles.cell}>
        <span className={styles.title}>
          <span className={styles.cut}>{item.name}</span>
          {item.variant !== null && <span className={styles.tag}>{item.variant}</span>}
        </span>
        <span className={classes(styles.under, styles.cut)}>{item.description ?? ""}</span>
      </span>
      <span role="gridcell" className={styles.cell}>
        <span className={classes(styles.mono, styles.cut)}>{item.full_name}</span>
        <span className={classes(styles.under, styles.cut)}>{item.path}</span>
      </span>
      <span role="gridcell" className={styles.what}>
        {item.problem === null ? (
          item.questions > 0 && `Asks ${item.questions === 1 ? "1 question" : `${number(item.questions)} questions`}`
        ) : (
          <span className={styles.trouble}>
            <HealthLight light="soon" />
            <span>{item.problem}</span>
          </span>
        )}
      </span>
    </div>
  );
}

function Nothing({ onAdd }: { onAdd: () => void }) {
  return (
    <section className={styles.empty}>
      <h2>No source yet</h2>
      <p>
        A source is a repository in which Drawbridge looks for templates, skills, dev containers and workflows, now and
        whenever it is pushed to.
      </p>
      <div className={styles.actions}>
        <Button icon={<Icon name="plus" />} onClick={onAdd}>
          Choose a repository…
        </Button>
      </div>
    </section>
  );
}
