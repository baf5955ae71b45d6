import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { Button } from "../../components/Button";
import { CopyField } from "../../components/CopyField";
import { HealthLight } from "../../components/HealthLight";
import { Notice } from "../../components/Notice";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { useCopyText } from "../../frame/useCopyText";
import { Page } from "../../frame/Page";
import type { RepositoryWhy } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import styles from "./Missing.module.css";
import { checkedLight, checkedPlace } from "./words";

/** "Why is this repository missing?": what was looked at, what came of it, and what helps. */
export function MissingPage({ name }: { name: string }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState(name);
  const why = useQuery({ ...queries.repositoryWhy(name), enabled: name.trim() !== "" });
  const ask = (event: SubmitEvent) => {
    event.preventDefault();
    if (typed.trim() === name) void why.refetch();
    else void navigate({ to: "/missing", search: { name: typed.trim() } });
  };
  return (
    <Page
      title="Why is it missing?"
      padded
      onBack={() => void navigate({ to: "/" })}
      foot="A repository that does not exist and one you may not see look the same from outside"
      keys={[{ keys: ["↵"], does: "check" }, { keys: ["Esc"], does: "back" }]}
    >
      <form className={styles.ask} onSubmit={ask}>
        <TextField label="Repository" hint="OWNER/NAME or the address of its page" value={typed} onChange={setTyped} mono />
        <Button type="submit" busy={why.isFetching ? "Checking…" : undefined}>
          {name === "" ? "Check" : "Check again"}
        </Button>
      </form>
      <ProblemText problem={why.error} />
      {why.data && <Found why={why.data} />}
    </Page>
  );
}

function Found({ why }: { why: RepositoryWhy }) {
  const navigate = useNavigate();
  const copy = useCopyText();
  const bring = useMutation(mutations.repositoryImport());
  const restore = useMutation(mutations.repositoryRestore());
  const { because, repository, removed } = why;
  const show = (id: number) => void navigate({ to: "/repositories/$id", params: { id: String(id) } });
  const action =
    repository !== null ? (
      <Button variant="primary" onClick={() => show(repository.id)}>Show it</Button>
    ) : because.cause === "found" ? (
      <Button
        variant="primary"
        busy={bring.isPending ? "Importing…" : undefined}
        onClick={() => bring.mutate(why.name, { onSuccess: ({ id }) => show(id) })}
      >
        Import it
      </Button>
    ) : because.cause === "removed" && removed !== null ? (
      <Button
        variant="primary"
        busy={restore.isPending ? "Bringing it back…" : undefined}
        onClick={() => restore.mutate(removed, { onSuccess: ({ id }) => show(id) })}
      >
        Bring it back
      </Button>
    ) : because.cause === "no_account" ? (
      <Button variant="primary" onClick={() => void navigate({ to: "/connect" })}>Connect an account</Button>
    ) : undefined;
  return (
    <>
      <Notice tone={repository === null ? "warning" : "plain"} title={because.sentence} action={action}>
        {because.fix !== "" && <p>{because.fix}</p>}
        {because.page !== null && <CopyField name="The page where that is done" value={because.page} onCopy={copy} />}
      </Notice>
      <ProblemText problem={bring.error ?? restore.error} />
      <section className={styles.part}>
        <h2>What was checked</h2>
        <ul className={styles.checked}>
          {why.checked.map((one) => (
            <li key={`${one.cause} ${one.account ?? one.what}`}>
              <HealthLight light={checkedLight(one.cause)} />
              <span>{checkedPlace(one)}</span>
              <span>{one.sentence}</span>
            </li>
          ))}
        </ul>
      </section>
      {why.near.length > 0 && (
        <section className={styles.part}>
          <h2>In the list, and alike</h2>
          <ul className={styles.near}>
            {why.near.map((full) => (
              <li key={full}>
                <Button variant="link" onClick={() => void navigate({ to: "/", search: { q: full } })}>{full}</Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
