import { QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import type { Account, Event, List } from "../ipc/bindings";
import type { Platform } from "../ipc/platform";
import { createQueryClient } from "./client";
import { follow } from "./events";
import { queries } from "./queries";

test("an answer that was on its way when the event came is not taken for fresh", async () => {
  const answers: ((list: List<Account>) => void)[] = [];
  let tell: (event: Event) => void = () => undefined;
  const platform = {
    accountList: vi.fn(() => new Promise<List<Account>>((resolve) => answers.push(resolve))),
    subscribe: (listener: (event: Event) => void) => {
      tell = listener;
      return () => undefined;
    },
  } as unknown as Platform;
  const client = createQueryClient(platform);
  follow(client, platform);
  const observer = new QueryObserver(client, queries.accountList());
  const leave = observer.subscribe(() => undefined);
  await vi.waitFor(() => expect(answers).toHaveLength(1));

  tell({ kind: "changed", tags: ["accounts"] });
  answers[0]?.({ total: 0, rows: [] });
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  const account = { login: "mara" } as Account;
  answers[1]?.({ total: 1, rows: [account] });
  await vi.waitFor(() => expect(observer.getCurrentResult().data?.total).toBe(1));
  leave();
});
