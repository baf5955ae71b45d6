/** The shortest passphrase a vault is made with. */
export const SHORTEST = 8;

/** What is wrong with a new passphrase, as a sentence; nothing if it can be used. */
export function passphraseProblem(first: string, second: string): { first?: string; second?: string } {
  const length = Array.from(first).length;
  if (length < SHORTEST) {
    return { first: length === 0 ? `Type at least ${SHORTEST} characters.` : `That is ${length} of at least ${SHORTEST} characters.` };
  }
  if (second === "") return { second: "Type it once more, so that a slip does not lock you out." };
  if (first !== second) return { second: "The two are different." };
  return {};
}
