import { type RefObject, useRef, useState } from "react";
import type { Proof } from "../../ipc/bindings";
import { missingProof, proofOf, type ProofWay } from "./proof";

/** What is typed to prove oneself, until it is taken. */
export type AskedProof = {
  ways: readonly ProofWay[];
  way: ProofWay;
  text: string;
  missing: string | undefined;
  field: RefObject<HTMLInputElement | null>;
  choose: (way: ProofWay) => void;
  type: (text: string) => void;
  /** The proof; nothing where something is still to be typed, which is then said. */
  take: () => Proof | undefined;
  /** It was not right: back to the field, with all of it selected. */
  refused: () => void;
};

export function useProof(ways: readonly ProofWay[]): AskedProof {
  const [chosen, setChosen] = useState<ProofWay>();
  const [text, setText] = useState("");
  const [asked, setAsked] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const way = chosen !== undefined && ways.includes(chosen) ? chosen : (ways[0] ?? "passphrase");
  return {
    ways,
    way,
    text,
    missing: asked ? missingProof(way, text) : undefined,
    field,
    choose: (next) => {
      setChosen(next);
      setText("");
      setAsked(false);
    },
    type: setText,
    take: () => {
      setAsked(true);
      if (missingProof(way, text) === undefined) return proofOf(way, text);
      field.current?.focus();
      return undefined;
    },
    refused: () => {
      field.current?.focus();
      field.current?.select();
    },
  };
}
