import { describe, expect, it } from "vitest";
import type { Account, DisconnectReceipt, Disconnecting } from "../../ipc/bindings";
import { outcomeTitle, planSentence, progressWords, receiptGroups, standing, standingSentence } from "./revokeWords";

const plain = String;
const accounts = (...revocable: boolean[]) => revocable.map((each) => ({ revocable: each }) as Account);
const receipt = (over: Partial<DisconnectReceipt>): DisconnectReceipt => ({
  login: "mara",
  host_label: "h",
  revoked: true,
  sentence: "Revoked at h, then removed here.",
  queued: false,
  page: null,
  repositories: 0,
  ...over,
});
const row = (over: Partial<Disconnecting>): Disconnecting => ({ account: "a", login: "mara", host_label: "h", receipt: null, problem: null, ...over });

const ENDED = row({ receipt: receipt({}) });
const QUEUED = row({ receipt: receipt({ revoked: false, queued: true, page: "https://h/apps" }) });
const REST = row({ receipt: receipt({ page: "https://h/apps" }) });
const BY_HAND = row({ receipt: receipt({ revoked: false, sentence: "Only you can." }) });
const KEPT = row({ problem: { code: "disk", message: "The disk is full.", hint: "Make room." } });
const NEXT = row({});

describe("the plan", () => {
  it("counts who ends what", () => {
    expect(planSentence(accounts(true), plain)).toBe("1 sign-in is ended at its host first. The account leaves this vault, with everything only it can reach.");
    expect(planSentence(accounts(true, true, false), plain)).toBe(
      "2 sign-ins are ended at their hosts first. 1 only you can end, on the page of its host. All 3 accounts leave this vault, with everything only they can reach.",
    );
    expect(planSentence(accounts(false, false), plain)).toMatch(/Drawbridge can end none of them at its host/);
  });
});

describe("where one stands", () => {
  it("is never better than what is known", () => {
    expect([ENDED, QUEUED, REST, BY_HAND, KEPT, NEXT].map(standing)).toEqual(["ended", "queued", "left", "left", "kept", "next"]);
    expect(standingSentence(KEPT)).toBe("The disk is full. Make room.");
    expect(standingSentence(BY_HAND)).toBe("Only you can.");
  });
  it("puts what the person has to see to first, and counts everything once", () => {
    const rows = [ENDED, QUEUED, REST, BY_HAND, KEPT];
    expect(receiptGroups(rows).map(({ key, rows: of }) => [key, of.length])).toEqual([["left", 2], ["kept", 1], ["queued", 1], ["ended", 1]]);
    expect(outcomeTitle({ rows }, plain)).toBe("1 ended, 1 waits for its host, 2 are left for you, 1 could not be disconnected");
    expect(outcomeTitle({ rows: [] }, plain)).toBe("There was nothing to end");
    expect(progressWords({ rows: [ENDED, KEPT, NEXT] }, plain)).toBe("2 of 3 accounts are through");
  });
});
