import { lazy, Suspense } from "react";
import { useActions } from "../../actions/ActionsContext";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { useCopyText } from "../../frame/useCopyText";
import { useSay } from "../../frame/Toasts";
import type { ReadmeFound, RepositoryDetail } from "../../ipc/bindings";
import styles from "./contents.module.css";
import { ReadAgain, ReadProblem } from "./ReadAgain";
import type { Contents } from "./useContents";

// Reading Markdown takes more program than a list of repositories does: it comes when the first README does.
const Markdown = lazy(async () => ({ default: (await import("../../components/Markdown")).Markdown }));
const AsWritten = lazy(async () => ({ default: (await import("../../components/Markdown")).AsWritten }));

/** What the authors of a repository say of it. */
export function Readme({ detail, contents, reading, read, failed }: Contents & { detail: RepositoryDetail }) {
  const readme = contents?.readme;
  const problem = failed ?? readme?.problem ?? null;
  const found = readme?.found;
  const path = found?.kind === "text" || found?.kind === "unshown" ? found.path : undefined;
  return (
    <section className={styles.section} aria-labelledby="readme" aria-busy={reading || undefined}>
      <h2 id="readme">
        README
        {path !== undefined && path.toLowerCase() !== "readme.md" && <code className={styles.aside}>{path}</code>}
        <ReadAgain name="the README" at={readme?.read_at ?? null} reading={reading} read={read} />
      </h2>
      <ReadProblem problem={problem} at={readme?.read_at ?? null} />
      <Found found={found} reading={reading} failed={problem !== null} detail={detail} />
    </section>
  );
}

function Found({
  found,
  reading,
  failed,
  detail,
}: {
  found: ReadmeFound | undefined;
  reading: boolean;
  failed: boolean;
  detail: RepositoryDetail;
}) {
  const { scene } = useActions();
  const { say } = useSay();
  const copy = useCopyText();
  const onAddress = (address: string) =>
    void copy(address).then(
      () => say({ light: "ok", title: "Address copied", body: address }),
      () => undefined,
    );
  switch (found?.kind) {
    case "text":
      return (
        <Suspense fallback={<p className={styles.quiet}>Reading the README…</p>}>
          {found.markdown ? <Markdown text={found.text} page={detail.web_url} onAddress={onAddress} /> : <AsWritten text={found.text} />}
        </Suspense>
      );
    case "none":
      return <p className={styles.quiet}>It has no README.</p>;
    case "unshown":
      return (
        <>
          <p className={styles.quiet}>{found.sentence}</p>
          <Button icon={<Icon name="ext" size="small" />} onClick={() => scene().openSite(detail.id)}>
            {`Open at ${detail.host_label}`}
          </Button>
        </>
      );
    default:
      if (failed && !reading) return <p className={styles.quiet}>It was never read here.</p>;
      return <p className={styles.quiet}>Reading the README…</p>;
  }
}
