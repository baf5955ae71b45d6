import { type RefObject, useRef, useState } from "react";
import { passphraseProblem } from "./passphrase";

/** A new passphrase, typed twice. */
export type PassphraseTwice = {
  first: string;
  second: string;
  problem: { first?: string; second?: string };
  firstField: RefObject<HTMLInputElement | null>;
  secondField: RefObject<HTMLInputElement | null>;
  typeFirst: (text: string) => void;
  typeSecond: (text: string) => void;
  /** The passphrase; nothing where it can't be used yet, which is then said. */
  take: () => string | undefined;
};

export function usePassphraseTwice(): PassphraseTwice {
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  const [asked, setAsked] = useState(false);
  const firstField = useRef<HTMLInputElement>(null);
  const secondField = useRef<HTMLInputElement>(null);
  const problem = passphraseProblem(first, second);
  return {
    first,
    second,
    problem: asked ? problem : {},
    firstField,
    secondField,
    typeFirst: setFirst,
    typeSecond: setSecond,
    take: () => {
      setAsked(true);
      if (problem.first === undefined && problem.second === undefined) return first;
      (problem.first === undefined ? secondField : firstField).current?.focus();
      return undefined;
    },
  };
}
