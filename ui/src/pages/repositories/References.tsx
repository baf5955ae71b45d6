import { useState } from "react";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { TextField } from "../../components/TextField";
import { useCopyText } from "../../frame/useCopyText";
import { useSay } from "../../frame/Toasts";
import type { NamedReference } from "../../ipc/bindings";
import { number } from "../when";
import { counts, visible, wantsFilter } from "./contents";
import styles from "./contents.module.css";
import { ReadAgain, ReadProblem } from "./ReadAgain";
import type { Contents } from "./useContents";

/** The names a repository has for its commits. */
export function References({ contents, reading, read, failed }: Contents) {
  const [text, setText] = useState("");
  const references = contents?.references;
  const problem = failed ?? references?.problem ?? null;
  const known = references !== undefined && references.read_at !== null;
  const empty = known && references.branch_count === 0 && references.tag_count === 0;
  return (
    <section className={styles.section} aria-labelledby="references" aria-busy={reading || undefined}>
      <h2 id="references">
        Branches and tags
        {known && !empty && <span className={styles.aside}>{counts(references, number)}</span>}
        <ReadAgain name="branches and tags" at={references?.read_at ?? null} reading={reading} read={read} />
      </h2>
      <ReadProblem problem={problem} at={references?.read_at ?? null} />
      {!known && <p className={styles.quiet}>{problem !== null && !reading ? "They were never read here." : "Reading branches and tags…"}</p>}
      {empty && <p className={styles.quiet}>It is empty: it has no branch and no tag.</p>}
      {known && !empty && (
        <>
          {wantsFilter(references) && (
            <TextField label="Find a branch or tag" labelHidden placeholder="Find a branch or tag" value={text} onChange={setText} icon={<Icon name="search" size="small" />} className={styles.filter} />
          )}
          <Names title="Branches" names={references.branches} count={references.branch_count} text={text} first={references.default_branch} />
          <Names title="Tags" names={references.tags} count={references.tag_count} text={text} first={null} />
        </>
      )}
    </section>
  );
}

function Names({
  title,
  names,
  count,
  text,
  first,
}: {
  title: string;
  names: readonly NamedReference[];
  count: number;
  text: string;
  /** The one that is checked out by default. */
  first: string | null;
}) {
  const [all, setAll] = useState(false);
  const { say } = useSay();
  const copy = useCopyText();
  if (names.length === 0) return null;
  const { rows, fits } = visible(names, text, all);
  const copyName = (name: string) =>
    void copy(name).then(
      () => say({ light: "ok", title: "Name copied", body: name }),
      () => undefined,
    );
  return (
    <>
      <h3 className={styles.kind}>{title}</h3>
      {rows.length === 0 && <p className={styles.quiet}>None of them is called so.</p>}
      <ul className={styles.names} aria-label={title}>
        {rows.map(({ name, commit }) => (
          <li key={name}>
            <code className={styles.name} dir="auto">
              {name}
            </code>
            {name === first && <span className={styles.mark}>default</span>}
            <code className={styles.commit} title={commit}>
              {commit.slice(0, 8)}
            </code>
            <Button size="small" variant="quiet" aria-label={`Copy ${name}`} title="Copy the name" icon={<Icon name="copy" size="small" />} onClick={() => copyName(name)} />
          </li>
        ))}
      </ul>
      {rows.length < fits && !all && text.trim() === "" && (
        <Button size="small" variant="link" onClick={() => setAll(true)}>
          {`Show all ${number(count)} ${title.toLowerCase()}`}
        </Button>
      )}
      {rows.length < fits && (all || text.trim() !== "") && (
        <p className={styles.quiet}>{`${number(rows.length)} of ${number(fits)} are shown. The field above finds the others.`}</p>
      )}
      {names.length < count && (all || text.trim() !== "") && (
        <p className={styles.quiet}>{`${number(names.length)} of ${number(count)} are kept here.`}</p>
      )}
    </>
  );
}
