import { describe, expect, it } from "vitest";
import type { ClonePlan, CloneRun } from "../../ipc/bindings";
import { fraction, planSentence, runSentence, stepSentence } from "./cloneWords";

const plan: ClonePlan = { folder: "/p", total: 12, to_clone: 12, present: 0, size_kib: 2048, colliding: 0, impossible: 0, not_cloneable: [] };
const run: CloneRun = {
  id: "a", title: "acme/boats", folder: "/p", state: "running", total: 1, cloned: 0, present: 0, failed: 0,
  steps: [], failures: [], notes: [], sentence: "",
};

describe("the words of copies", () => {
  it("say what a plan comes to", () => {
    expect(planSentence(plan)).toBe("12 repositories to clone, about 2.1 MB at the host.");
    expect(planSentence({ ...plan, total: 1, to_clone: 0, present: 1 })).toBe("0 repositories to clone. It is there already.");
    expect(planSentence({ ...plan, to_clone: 7, present: 1, colliding: 2, impossible: 2 })).toBe(
      "7 repositories to clone, about 2.1 MB at the host. 1 is there already. 2 have something else in the way. 2 can’t be cloned.",
    );
  });

  it("say how far it is", () => {
    const step = { full_name: "acme/boats", stage: "receiving" as const, done: 40, of: 120, received_kib: 900 };
    expect(stepSentence(step)).toBe("acme/boats: receiving, 40 of 120, 922 kB");
    expect(stepSentence({ ...step, stage: "asking", done: 0, of: 0 })).toBe("acme/boats: asking the host");
    expect(fraction(run)).toBeUndefined();
    expect(fraction({ ...run, steps: [step] })).toBeCloseTo(0.3);
    expect(fraction({ ...run, total: 4, cloned: 1, failed: 1 })).toBe(0.5);
    expect(runSentence(run)).toBe("Cloning acme/boats");
    expect(runSentence({ ...run, total: 4, cloned: 1, failed: 1 })).toBe("Cloning, 2 of 4");
  });
});
