/**
 * What this window knows of the vault and of what the keeper answered, from before anything is drawn
 * until the window ends.
 *
 * Not here: what is shown of it.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { VaultState } from "../ipc/bindings";
import type { Platform } from "../ipc/platform";
import { createQueryClient } from "./client";
import { follow } from "./events";
import { queries } from "./queries";

/** What events said of the vault. */
export type Told = {
  /** The state that an event said and the next answer will repeat; an answer on its way may still say the old thing. */
  readonly state: VaultState | undefined;
  /**
   * After how many minutes without use the vault that was open last locks itself. The one thing kept of
   * what is forgotten: a locked vault can't be asked why it took so long.
   */
  readonly idleMinutes: number | undefined;
};

export class Session {
  readonly client: QueryClient;
  readonly platform: Platform;
  readonly #listeners = new Set<() => void>();
  #told: Told = { state: undefined, idleMinutes: undefined };
  #heard = 0;

  /** Hears the keeper from now on, so that nothing that is read can be older than what was heard. */
  constructor(platform: Platform) {
    this.platform = platform;
    this.client = createQueryClient(platform);
    platform.subscribe((event) => {
      if (event.kind === "vault") this.#hear(event.state);
      // Whoever takes over opens the vault anew.
      else if (event.kind === "stopping") this.#hear("locked");
    });
    follow(this.client, platform);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  told = (): Told => this.#told;

  /**
   * When the vault closes, whoever listens unmounts what was shown, and then everything that was read is
   * forgotten: no frame and no cache outlives the lock.
   */
  #hear(state: VaultState): void {
    const { queryKey } = queries.vaultStatus();
    const before = this.client.getQueryData(queryKey);
    const minutes = this.client.getQueryData(queries.settings().queryKey)?.lock_after_idle_minutes;
    this.#tell({ state, idleMinutes: minutes ?? this.#told.idleMinutes });
    void this.client.cancelQueries({ queryKey });
    if (state !== "open") this.client.clear();
    if (before) this.client.setQueryData(queryKey, { ...before, state });
    this.#heard += 1;
    const mine = this.#heard;
    this.client
      .query({ ...queries.vaultStatus(), staleTime: 0 })
      .then(() => {
        if (mine === this.#heard) this.#tell({ ...this.#told, state: undefined });
      })
      // Shown by the query itself; what was told stays true until there is an answer.
      .catch(() => undefined);
  }

  #tell(told: Told): void {
    this.#told = told;
    for (const listener of [...this.#listeners]) listener();
  }
}
