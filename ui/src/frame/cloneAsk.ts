/** What the dialog about copies shows: what is to be copied, or how far a copy is. */
import type { CloneSources } from "../ipc/bindings";

export type CloneAsk = { sources: CloneSources } | { run: string };
