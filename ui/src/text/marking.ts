/** Which letters of a text were searched for: the same folding as the keeper's search, letter by letter. */

export type Piece = { text: string; found: boolean };

/** The words of a search, folded. */
export function wordsOf(text: string): string[] {
  return [...new Set(fold(text).split(/\s+/).filter(Boolean))];
}

/** The text in pieces, those that were found apart from the rest. */
export function pieces(text: string, words: readonly string[]): Piece[] {
  if (words.length === 0 || text === "") return text === "" ? [] : [{ text, found: false }];
  const { folded, origin } = foldWithOrigin(text);
  const found = new Uint8Array(text.length);
  let any = false;
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
      any = true;
      const from = origin[at] ?? 0;
      // Up to where the letter after the word begins, so that accents of the last one are in it.
      found.fill(1, from, origin[at + word.length] ?? text.length);
    }
  }
  if (!any) return [{ text, found: false }];
  const result: Piece[] = [];
  let start = 0;
  for (let at = 1; at <= text.length; at += 1) {
    if (at < text.length && found[at] === found[start]) continue;
    result.push({ text: text.slice(start, at), found: found[start] === 1 });
    start = at;
  }
  return result;
}

/** Without case and accents. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The folded text, and for each of its places where in the text it comes from. */
function foldWithOrigin(text: string): { folded: string; origin: number[] } {
  let folded = "";
  const origin: number[] = [];
  let at = 0;
  for (const character of text) {
    const part = fold(character);
    for (let index = 0; index < part.length; index += 1) origin.push(at);
    folded += part;
    at += character.length;
  }
  return { folded, origin };
}
