import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import { queries } from "../../data/queries";
import type { RepositoryQuery } from "../../ipc/bindings";
import type { Chip } from "../../text/filterText";
import { ProblemText } from "../ProblemText";
import { number } from "../when";
import { same } from "./filters";
import styles from "./Owners.module.css";
import { ownerTree } from "./ownerTree";

/** The owners of what the list shows, groups with what is below them, each with its count. Choosing one filters by it. */
export function Owners({ query, chips, onToggle, onLeave }: { query: RepositoryQuery; chips: readonly Chip[]; onToggle: (chip: Chip) => void; onLeave: () => void }) {
  const { data, error } = useQuery({ ...queries.repositoryFacets("owner", { text: query.text ?? "" }), placeholderData: keepPreviousData });
  const tree = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const nodes = ownerTree(data?.values ?? []);
  const current = Math.max(0, Math.min(at, nodes.length - 1));

  function focus(index: number) {
    setAt(index);
    tree.current?.querySelectorAll<HTMLElement>("[role=treeitem]")[index]?.focus();
  }

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    const node = nodes[current];
    if (event.ctrlKey || event.metaKey || event.altKey || !node) return;
    if (event.key === "ArrowDown") focus(Math.min(nodes.length - 1, current + 1));
    else if (event.key === "ArrowUp") focus(Math.max(0, current - 1));
    else if (event.key === "Home") focus(0);
    else if (event.key === "End") focus(nodes.length - 1);
    else if (event.key === "ArrowLeft") focus(Math.max(0, parentOf(current)));
    else if (event.key === "Enter" || event.key === " ") onToggle(chipOf(node.path));
    else if (event.key === "Escape") onLeave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function parentOf(index: number): number {
    const level = nodes[index]?.level ?? 1;
    for (let above = index - 1; above >= 0; above -= 1) if ((nodes[above]?.level ?? level) < level) return above;
    return index;
  }

  return (
    <aside className={styles.owners} aria-label="Owners" data-region="owners">
      <h2 className={styles.heading}>Owners</h2>
      <ProblemText problem={error} />
      <div ref={tree} role="tree" aria-label="Owners" aria-multiselectable="true" className={styles.tree} onKeyDown={onKeyDown}>
        {nodes.map((node, index) => (
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={node.path}
            role="treeitem"
            tabIndex={index === current ? 0 : -1}
            aria-level={node.level}
            aria-selected={chips.some((chip) => same(chip, chipOf(node.path)))}
            className={styles.node}
            style={{ paddingInlineStart: `${node.level * 0.75}rem` }}
            title={node.path}
            onClick={() => {
              setAt(index);
              onToggle(chipOf(node.path));
            }}
          >
            <span className={styles.name}>{node.name}</span>
            <span className={styles.count}>{number(node.count)}</span>
          </div>
        ))}
      </div>
    </aside>
  );
}

function chipOf(path: string): Chip {
  return { field: "owner", value: path, negated: false };
}
