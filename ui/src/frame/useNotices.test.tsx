import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Notice } from "../ipc/bindings";
import { renderAt } from "../testing/renderAt";

const notice = (id: string, over: Partial<Notice> = {}): Notice => ({
  id,
  kind: "sign_in",
  title: `${id} at alpha.example`,
  sentence: "alpha.example ended this sign-in. Sign in again.",
  account: "own",
  credential: null,
  client: null,
  at: "2026-11-22T12:00:00Z",
  told: false,
  ...over,
});

const focus = (focused: boolean) => {
  vi.spyOn(document, "hasFocus").mockReturnValue(focused);
  act(() => void dispatchEvent(new Event(focused ? "focus" : "blur")));
};
const told = async (platform: { noticeList: () => Promise<{ rows: Notice[] }> }) =>
  (await platform.noticeList()).rows.filter((each) => each.told).map((each) => each.id);

afterEach(() => vi.restoreAllMocks());

it("tells one after the other, each once, and leads to where it is mended", async () => {
  focus(true);
  const { platform, at } = renderAt("/");
  platform.fake.notices(notice("first"), notice("second", { kind: "end", account: null, credential: "one" }), notice("old", { told: true }));
  expect((await screen.findByText("first at alpha.example")).closest("[role=alert]")).toBeTruthy();
  await waitFor(async () => expect(await told(platform)).toEqual(["first", "old"]));
  expect(screen.queryByText("second at alpha.example")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Show the account" }));
  await waitFor(() => expect(at()).toBe("/accounts/own"));
  expect((await screen.findByText("second at alpha.example")).closest("[role=status]")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.queryByText("second at alpha.example")).toBeNull();
  await waitFor(async () => expect(await told(platform)).toEqual(["first", "second", "old"]));
});

it("leaves it to the desktop while the window is not looked at", async () => {
  focus(false);
  const { platform } = renderAt("/");
  await waitFor(() => expect(platform.fake.asked).toContain("noticeList"));
  platform.fake.notices(notice("first"));
  await waitFor(() => expect(platform.fake.asked.filter((name) => name === "noticeList").length).toBeGreaterThan(1));
  expect(screen.queryByText("first at alpha.example")).toBeNull();
  expect(platform.fake.asked).not.toContain("noticeTold");
  focus(true);
  expect(await screen.findByText("first at alpha.example")).toBeTruthy();
});

it("says nothing twice on the page of its account", async () => {
  focus(true);
  const { platform } = renderAt("/accounts/own");
  platform.fake.notices(notice("first"));
  await waitFor(async () => expect(await told(platform)).toEqual(["first"]));
  expect(screen.queryByText("first at alpha.example")).toBeNull();
});

it("takes back what was mended meanwhile", async () => {
  focus(true);
  const { platform } = renderAt("/");
  platform.fake.notices(notice("first"));
  await screen.findByText("first at alpha.example");
  platform.fake.notices();
  await waitFor(() => expect(screen.queryByText("first at alpha.example")).toBeNull());
});
