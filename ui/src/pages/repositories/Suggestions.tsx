import { useQuery } from "@tanstack/react-query";
import { queries } from "../../data/queries";
import type { Account, Facet, RepositoryQuery } from "../../ipc/bindings";
import { type Chip, unfinished } from "../../text/filterText";
import { fold } from "../../text/marking";
import { number } from "../when";
import { chipWords } from "./filters";
import styles from "./Suggestions.module.css";

const MOST = 8;

export type Suggestion = { chip: Chip; words: string; count: number };

/** The values that a filter under way could become, with how many repositories each would leave. */
export function useSuggestions(text: string, query: RepositoryQuery, accounts: readonly Account[]): { field: Facet | undefined; values: Suggestion[]; before: string } {
  const typed = unfinished(text);
  const { data } = useQuery({
    ...queries.repositoryFacets(typed?.field ?? "owner", { text: query.text ?? "" }),
    enabled: typed !== undefined,
  });
  if (!typed) return { field: undefined, values: [], before: "" };
  const wanted = fold(typed.typed);
  const values = (data?.facet === typed.field ? data.values : [])
    .map(({ value, count }): Suggestion => {
      const chip: Chip = { field: typed.field, value, negated: typed.negated };
      return { chip, count, words: typed.field === "account" ? chipWords(chip, accounts).value : value };
    })
    .filter(({ words }) => fold(words).includes(wanted))
    // What begins so comes before what only has it somewhere; within both, what there is most of.
    .sort((one, other) => Number(fold(other.words).startsWith(wanted)) - Number(fold(one.words).startsWith(wanted)));
  return { field: typed.field, values: values.slice(0, MOST), before: typed.before };
}

export function suggestionId(list: string, index: number): string {
  return `${list}-suggestion-${index}`;
}

/** The list under the field. The field keeps the focus and names the chosen one. */
export function Suggestions({
  id,
  values,
  chosen,
  onChoose,
}: {
  id: string;
  values: readonly Suggestion[];
  chosen: number;
  onChoose: (suggestion: Suggestion) => void;
}) {
  return (
    <div id={id} role="listbox" aria-label="Values" className={styles.list}>
      {values.map((suggestion, index) => (
        // The keys are the field's, which has the focus.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={suggestion.chip.value}
          id={suggestionId(id, index)}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          className={styles.value}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(suggestion)}
        >
          <span className={styles.words}>{suggestion.words}</span>
          <span className={styles.count}>{number(suggestion.count)}</span>
        </div>
      ))}
    </div>
  );
}
