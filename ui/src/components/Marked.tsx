import { pieces } from "../text/marking";

/** A text with what was searched for marked. */
export function Marked({ text, words }: { text: string; words: readonly string[] }) {
  if (words.length === 0) return text;
  return pieces(text, words).map((piece, index) => (piece.found ? <mark key={index}>{piece.text}</mark> : piece.text));
}
