/** Where a key leads in the list; pure, so that the field and the list move alike. */

/** The row a key leads to, or nothing if it is no key of moving. `page` is how many rows are seen at once. */
export function destination(key: string, at: number, total: number, page: number, letters: boolean): number | undefined {
  if (total === 0) return undefined;
  const last = total - 1;
  const to = (index: number) => Math.max(0, Math.min(last, index));
  switch (key) {
    case "ArrowDown":
      return to(at + 1);
    case "ArrowUp":
      return to(at - 1);
    case "PageDown":
      return to(at + page);
    case "PageUp":
      return to(at - page);
    case "Home":
      return 0;
    case "End":
      return last;
    case "j":
    case "J":
      return letters ? to(at + 1) : undefined;
    case "k":
    case "K":
      return letters ? to(at - 1) : undefined;
    default:
      return undefined;
  }
}
