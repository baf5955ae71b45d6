import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderAt } from "../../testing/renderAt";

const groups = () =>
  [...document.querySelectorAll<HTMLElement>("[data-group]")].map((group) => [
    group.dataset.group,
    [...group.querySelectorAll<HTMLElement>("[data-account]")].map((row) => row.dataset.account),
  ]);

it("is a key away, and stands under what has to be seen to, the nearest first", async () => {
  renderAt("/accounts", { accounts: "more" });
  await screen.findByRole("grid", { name: "Accounts" });
  await userEvent.keyboard("{Control>}5{/Control}");
  await screen.findByRole("heading", { level: 1, name: "Calendar" });
  await screen.findByRole("grid", { name: "What ends when" });
  expect(groups()).toEqual([
    ["needs", ["fjordline", "cloud"]],
    ["week", ["chat"]],
    ["month", ["tidewater", "gate"]],
    ["later", ["harbour", "own", "labs"]],
    ["itself", ["gate", "chat"]],
  ]);
  expect(screen.getByRole("rowheader", { name: "Looks after itself" })).toBeTruthy();
  expect(screen.getByText("2 need you; 3 end within a month")).toBeTruthy();
});

it("leads to the account by keys", async () => {
  const { at } = renderAt("/calendar", { accounts: "more" });
  await screen.findByRole("grid", { name: "What ends when" });
  await userEvent.keyboard("{ArrowDown}j{Enter}");
  await waitFor(() => expect(at()).toBe("/accounts/chat"));
});

it("follows what is renewed meanwhile", async () => {
  const { platform } = renderAt("/calendar", { accounts: "more" });
  await screen.findByRole("grid", { name: "What ends when" });
  await platform.accountDisconnect("chat");
  await waitFor(() => expect(groups().flatMap(([, accounts]) => accounts)).not.toContain("chat"));
});

it("says so when nothing ends, and where to begin", async () => {
  renderAt("/calendar", { accounts: "none" });
  expect(await screen.findByRole("heading", { name: "Nothing ends on a day that is known" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Connect an account" })).toBeTruthy();
});

it("says why it can't be shown", async () => {
  const { platform, router } = renderAt("/accounts");
  platform.fake.failNext("calendar", "disk", "The vault can't be read.");
  await router.navigate({ to: "/calendar" });
  expect(await screen.findByText("The vault can't be read.")).toBeTruthy();
});
