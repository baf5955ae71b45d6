import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../components/Button";
import { HealthLight } from "../../components/HealthLight";
import { Icon } from "../../components/Icon";
import { queries } from "../../data/queries";
import type { FoundItem } from "../../ipc/bindings";
import { FoundDialog } from "../sources/FoundDialog";
import { countedKinds } from "../sources/gallery";
import { number } from "../when";
import styles from "./RepositoryPage.module.css";

/** What sources found in a repository, each to be had as its files. Nothing where there is none. */
export function FoundInside({ repository }: { repository: number }) {
  const items = useFoundIn(repository);
  const [shown, setShown] = useState<FoundItem>();
  if (items.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="found">
      <h2 id="found">
        Found inside <span className={styles.count}>{number(items.length)}</span>
      </h2>
      <ul className={styles.found}>
        {items.map((item) => (
          <li key={item.id} data-found={item.id}>
            <Icon name={item.kind === "template" ? "template" : "skill"} size="small" />
            <span>
              <b>{item.name}</b> <span className={styles.muted}>{item.description}</span>
              <code>{item.marker}</code>
              {item.problem !== null && (
                <span className={styles.trouble}>
                  <HealthLight light="soon" />
                  <span>{item.problem}</span>
                </span>
              )}
            </span>
            <Button size="small" aria-label={`${item.name}: ${use(item)}`} onClick={() => setShown(item)}>
              {use(item)}
            </Button>
          </li>
        ))}
      </ul>
      {shown && <FoundDialog item={shown} onClose={() => setShown(undefined)} />}
    </section>
  );
}

const use = (item: FoundItem) => (item.kind === "template" ? "Use template…" : "Copy to…");

function useFoundIn(repository: number | undefined): readonly FoundItem[] {
  const all = useQuery(queries.foundList({})).data?.rows ?? [];
  return all.filter((item) => item.repository === repository);
}

/** "1 template, 2 skills"; empty where nothing was found. */
export function useFoundSentence(repository: number | undefined): string {
  const items = useFoundIn(repository);
  const kinds = useQuery(queries.sourceKinds()).data ?? [];
  return countedKinds(kinds, items, number);
}
