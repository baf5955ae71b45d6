/**
 * What the pages can ask of the world outside the webview. One method per command, as the generated
 * bindings name them, and the two streams of events. Who answers is decided at build time.
 */
import type { Code, commands, Event, Place, Problem } from "./bindings";

export type Platform = typeof commands & {
  /** Hears every event of the keeper from now on; call the answer to stop. */
  subscribe(listener: (event: Event) => void): () => void;
  /** Hears where the tray, a link or a second start wants the window to be. */
  subscribePlaces(listener: (place: Place) => void): () => void;
};

/** What a command could not do, as something that can be thrown. */
export class ProblemError extends Error implements Problem {
  override readonly name = "ProblemError";
  readonly code: Code;
  readonly hint: string;
  constructor(problem: Problem) {
    super(problem.message);
    this.code = problem.code;
    this.hint = problem.hint;
  }
}

/** The one place where what a command rejected with becomes a {@link ProblemError}. */
export function asProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  if (isProblem(thrown)) return new ProblemError(thrown);
  // A refusal that the shell did not word, such as a command that is not allowed.
  return new ProblemError({ code: "internal", message: "Something in Drawbridge went wrong.", hint: "Restart Drawbridge." });
}

function isProblem(thrown: unknown): thrown is Problem {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown && "hint" in thrown;
}

/** Listeners that can be added and removed at any time, also while they are being told. */
export class Listeners<T> {
  readonly #all = new Set<(value: T) => void>();
  add(listener: (value: T) => void): () => void {
    // A wrapper of its own: the same function may listen twice.
    const own = (value: T) => listener(value);
    this.#all.add(own);
    return () => {
      this.#all.delete(own);
    };
  }
  tell(value: T): void {
    for (const listener of [...this.#all]) if (this.#all.has(listener)) listener(value);
  }
}
