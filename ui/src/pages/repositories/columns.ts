/** How wide the chosen columns are. The description is only there when the list is wide. */
import type { CSSProperties } from "react";
import type { RepositoryColumn } from "../../ipc/bindings";

const WIDTHS: Record<RepositoryColumn, string> = {
  description: "minmax(0, 1fr)",
  language: "5.5rem",
  account: "9rem",
  size: "4.5rem",
  created: "4.5rem",
  pushed: "4.375rem",
};

/** The widths for a list of each size, as the style sheet takes them. */
export function columnWidths(columns: readonly RepositoryColumn[]): CSSProperties {
  const line = (shown: readonly RepositoryColumn[], name: string) => ["1.25rem", name, ...shown.map((column) => WIDTHS[column])].join(" ");
  const described = columns.includes("description");
  return {
    "--columns-wide": line(columns, described ? "minmax(16.25rem, 1.15fr)" : "minmax(0, 1fr)"),
    "--columns-middle": line(columns.filter((column) => column !== "description"), "minmax(0, 1fr)"),
    "--columns-narrow": line(columns.filter((column) => column === "pushed"), "minmax(0, 1fr)"),
  } as CSSProperties;
}
