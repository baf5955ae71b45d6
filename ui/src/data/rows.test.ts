import type { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakePlatform } from "../ipc/fake/keeper";
import type { FakePlatform } from "../ipc/fake/options";
import { createQueryClient } from "./client";
import { makeStale } from "./events";
import { PAGE } from "./queries";
import { neighbours, pagesFor, RowStore } from "./rows";

describe("which pages are read", () => {
  it("those with the rows in view", () => {
    expect(pagesFor(0, PAGE - 1)).toEqual([0]);
    expect(pagesFor(PAGE - 1, PAGE)).toEqual([0, 1]);
    expect(pagesFor(5 * PAGE, 5 * PAGE + 20)).toEqual([5]);
    expect(pagesFor(0, -1)).toEqual([]);
  });
  it("and those ahead, the way one scrolls, but none that do not exist", () => {
    expect(neighbours([5], 100_000, true)).toEqual([6, 7, 4]);
    expect(neighbours([5], 100_000, false)).toEqual([4, 3, 6]);
    expect(neighbours([0], PAGE, true)).toEqual([]);
    expect(neighbours([0], 2 * PAGE, false)).toEqual([1]);
    expect(neighbours([], 100, true)).toEqual([]);
  });
});

describe("RowStore", () => {
  let platform: FakePlatform;
  let client: QueryClient;
  let store: RowStore;
  const read = (check: () => void) => vi.waitFor(check, { timeout: 3000 });

  beforeEach(async () => {
    platform = fakePlatform({ rows: 2500 });
    client = createQueryClient(platform);
    store = new RowStore(client, {});
    store.ask({});
    await read(() => expect(store.snapshot().total).toBe(2500));
  });

  it("has the rows in view and the ones ahead", async () => {
    store.want(0, 25);
    await read(() => expect(store.row(2 * PAGE)).toBeDefined());
    expect(store.row(0)?.full_name).toBe("tidewater-labs/notebooks");
    expect(store.row(9 * PAGE)).toBeUndefined();
  });

  it("shows what was there, moved along, until a jump has arrived, and never nothing", async () => {
    const before = store.view(0, 20, 0);
    expect(before).toMatchObject({ first: 0, shift: 0 });
    store.want(2000, 2020);
    const meanwhile = store.view(2000, 2020, 64_000);
    expect(meanwhile).toMatchObject({ first: 0, shift: 64_000 });
    expect(meanwhile.rows).toEqual(before.rows);
    await read(() => expect(store.row(2020)).toBeDefined());
    expect(store.view(2000, 2020, 64_000)).toMatchObject({ first: 2000, shift: 0 });
  });

  it("keeps the rows of before until a new search has its answer, and drops answers that come too late", async () => {
    const seen: (string | undefined)[] = [];
    store.subscribe(() => seen.push(store.snapshot().query.text));
    store.ask({ text: "bo" });
    store.ask({ text: "storybook" });
    expect(store.row(0)?.full_name).toBe("tidewater-labs/notebooks");
    await read(() => expect(store.snapshot().query.text).toBe("storybook"));
    expect(seen).not.toContain("bo");
    expect(store.snapshot().pages.get(0)?.map((row) => row.name)).toEqual(["storybook-theme"]);
  });

  it("does not keep pages that are far away", async () => {
    for (let page = 0; page < 20; page += 1) {
      store.want(page * PAGE, page * PAGE + 20);
      await read(() => expect(store.row(page * PAGE)).toBeDefined());
    }
    expect(store.snapshot().pages.has(0)).toBe(true);
    expect(store.snapshot().pages.has(1)).toBe(false);
  });

  it("keeps the current row wherever the view goes, also when the inventory changes", async () => {
    const at = 3 * PAGE + 7;
    store.want(at - 5, at + 5);
    await read(() => expect(store.row(at)).toBeDefined());
    store.keep(at);
    const { id } = store.row(at) ?? {};
    for (let page = 4; page < 20; page += 1) {
      store.want(page * PAGE, page * PAGE + 20);
      await read(() => expect(store.row(page * PAGE)).toBeDefined());
    }
    expect(store.row(at)?.id).toBe(id);
    await store.changed();
    expect(store.row(at)?.id).toBe(id);
    expect(store.snapshot().pages.has(4)).toBe(false);
  });

  it("takes a change at once where nobody looks at particular rows", async () => {
    platform.fake.push({ id: 20 });
    await store.changed();
    expect(store.row(0)?.id).toBe(20);
    expect(store.snapshot().newer).toBe(0);
  });

  it("moves nothing under a hand: it says how much is newer, and shows it when asked", async () => {
    store.holdWhile(() => true);
    const before = store.row(0);
    platform.fake.push({ id: 20 }, { id: 21 }, { name: "harbour/new-quay" });
    await store.changed();
    expect(store.row(0)).toBe(before);
    expect(store.snapshot().newer).toBe(3);
    await store.showNewer();
    expect(store.snapshot()).toMatchObject({ newer: 0, total: 2501 });
    expect([store.row(0), store.row(1), store.row(2)].map((row) => row?.name)).toContain("new-quay");
    expect(store.indexOf(before?.id ?? 0)).toBe(3);
  });

  it("takes what changes a row but moves none, also under a hand", async () => {
    store.holdWhile(() => true);
    platform.fake.push({ id: store.row(0)?.id ?? 0 });
    await store.changed();
    expect(store.snapshot().newer).toBe(0);
  });

  it("asks anew for what was on its way when the inventory changed", async () => {
    store.want(1000, 1020);
    makeStale(client, ["repositories"]);
    await read(() => expect(store.row(1020)).toBeDefined());
    store.ask({ text: "storybook" });
    makeStale(client, ["repositories"]);
    await read(() => expect(store.snapshot().query.text).toBe("storybook"));
    expect(store.snapshot()).toMatchObject({ error: undefined, total: 1 });
  });

  it("keeps the rows it has when one page can’t be read", async () => {
    const before = store.view(0, 20, 0);
    platform.fake.failNext("repositoryList", "disk", "The disk is full.");
    store.want(1000, 1020);
    await read(() => expect(store.snapshot().error?.code).toBe("disk"));
    expect(store.view(1000, 1020, 32_000).rows).toEqual(before.rows);
    await store.retry();
    expect(store.snapshot().error).toBeUndefined();
    expect(store.row(1020)).toBeDefined();
  });

  it("says what went wrong and can try again", async () => {
    platform.fake.failNext("repositoryList", "disk", "The disk is full.");
    store.ask({ text: "zzz-never-asked" });
    await read(() => expect(store.snapshot().error?.code).toBe("disk"));
    expect(store.snapshot().total, "rows of another search answer nothing").toBeUndefined();
    await store.retry();
    expect(store.snapshot()).toMatchObject({ error: undefined, total: 0 });
  });
});
