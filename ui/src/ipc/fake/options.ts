/** What a fake keeper begins with, and what can be done to it from outside. */
import type { Code, Event, LockCause, Notice, Place } from "../bindings";
import type { Platform } from "../platform";
import type { FakeContents } from "./contents";
import type { VaultOptions } from "./vault";

export type FakeOptions = Partial<VaultOptions> & {
  /** `drawn`: the six of the screens; `more`: and some at services that list nothing; `none`: nobody is connected yet. */
  accounts?: "drawn" | "more" | "none";
  rows?: number;
  clientReady?: boolean;
  offline?: boolean;
  /** How long an answer takes. 0: the next turn of the event loop. */
  latency?: number;
  place?: Place | null;
  /** What repositories hold at their hosts. */
  contents?: FakeContents;
};

export const DEFAULTS = {
  vault: "open",
  slots: ["passphrase"],
  keychain: "ready",
  passphrase: "oxbow lantern",
  backups: "drawn",
  backupProblem: null,
  locked: null,
  wrong: 0,
  notice: null,
  warnings: [],
  accounts: "drawn",
  rows: 2500,
  clientReady: true,
  offline: false,
  latency: 0,
  /** How long a step of something that takes time takes: a sign-in, a page of a sync, a backup. */
  pace: 400,
  place: null,
  contents: {},
  now: () => new Date(),
} satisfies Required<FakeOptions>;

/** What the fake can do beside being a platform: what a test or a person at the console does to it. */
export type FakePlatform = Platform & {
  readonly fake: {
    /** What was asked, by command, since the start. */
    readonly asked: string[];
    readonly copied: string[];
    /** What was copied to leave the clipboard again. */
    readonly secrets: string[];
    readonly opened: string[];
    emit(event: Event): void;
    showPlace(place: Place): void;
    /** Pushes to repositories that are there, or adds new ones, and says so. */
    push(...changes: ({ id: number } | { name: string })[]): void;
    /** The browser came back from a sign-in, with this person; the one it was for, if none is named. */
    comeBack(id: string, login?: string): Promise<void>;
    /** Nothing came by the link: a second way back is opened. */
    listenToo(id: string): void;
    lock(cause?: LockCause): void;
    /** What there is to tell, from now on. */
    notices(...notices: Notice[]): void;
    /** Whatever takes time takes until the answer is called. */
    hold(): () => void;
    /** Makes the next call of a command fail. */
    failNext(command: keyof Platform, code: Code, message: string, hint?: string): void;
  };
};
