/** What proves that somebody may open or change a vault, and which proofs there are to choose from. */
import type { Proof, SlotKind } from "../../ipc/bindings";

export type ProofWay = Proof["kind"];

const isTyped = (kind: SlotKind) => kind === "passphrase" || kind === "both";

/** For changes to the open vault: where there is a passphrase, the keychain's word is not enough. */
export function provingWays(slots: readonly SlotKind[]): ProofWay[] {
  const first: ProofWay[] = slots.some(isTyped) ? ["passphrase"] : ["keychain"];
  return slots.includes("recovery") ? [...first, "recovery"] : first;
}

/** For a closed vault or a backup: every way it has, what was typed before what is only asked. */
export function openingWays(slots: readonly SlotKind[]): ProofWay[] {
  const ways: ProofWay[] = [];
  if (slots.some(isTyped)) ways.push("passphrase");
  if (slots.includes("keychain")) ways.push("keychain");
  if (slots.includes("recovery")) ways.push("recovery");
  return ways;
}

export function proofOf(way: ProofWay, text: string): Proof {
  switch (way) {
    case "keychain":
      return { kind: "keychain" };
    case "passphrase":
      return { kind: "passphrase", passphrase: text };
    case "recovery":
      return { kind: "recovery", code: text };
  }
}

/** What there is still to type, as a sentence. */
export function missingProof(way: ProofWay, text: string): string | undefined {
  if (way === "keychain" || text.trim() !== "") return undefined;
  return way === "passphrase" ? "Type the passphrase." : "Type the recovery code.";
}

/** How something opens, for the middle of a sentence: `the passphrase or the recovery code`. */
export function waysInWords(slots: readonly SlotKind[]): string {
  const words = (["passphrase", "both", "keychain", "recovery"] as const).filter((kind) => slots.includes(kind)).map((kind) => IN_WORDS[kind]);
  const last = words.at(-1) ?? "nothing known";
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} or ${last}` : last;
}

const IN_WORDS: Record<SlotKind, string> = {
  passphrase: "the passphrase",
  both: "passphrase and keychain together",
  keychain: "this computer’s keychain",
  recovery: "the recovery code",
};
