import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderAt } from "../../testing/renderAt";

const outcomes = () => [...document.querySelectorAll<HTMLElement>("[data-outcome]")].map((row) => row.dataset.outcome);

it("shows every run under its day, and filters to changes and to problems", async () => {
  renderAt("/activity", { now: () => new Date(2026, 10, 24, 14, 8) });
  await screen.findByRole("grid", { name: "Sync runs" });
  expect(outcomes()).toHaveLength(9);
  const show = within(screen.getByRole("radiogroup", { name: "Show" }));
  await userEvent.click(show.getByRole("radio", { name: "Changes" }));
  await waitFor(() => expect(outcomes()).toHaveLength(7));
  expect(outcomes()).not.toContain("unchanged");
  await userEvent.click(await show.findByRole("radio", { name: "Problems 4" }));
  await waitFor(() => expect(outcomes()).toEqual(["held_back", "unreachable", "needs_you", "stopped"]));
});

it("gives every outcome a shape that has a name", async () => {
  renderAt("/activity");
  await screen.findByRole("grid", { name: "Sync runs" });
  expect(screen.getAllByRole("img", { name: "Needs you" })[0]?.dataset.light).toBe("stop");
  expect(screen.getAllByRole("img", { name: "Held back" })[0]?.dataset.light).toBe("soon");
});

it("says so when nothing has happened, and where to begin", async () => {
  renderAt("/activity", { accounts: "none" });
  expect(await screen.findByRole("heading", { name: "Nothing has happened yet" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Connect an account" })).toBeTruthy();
});

it("takes in a run the moment it ends", async () => {
  const { platform } = renderAt("/activity");
  await screen.findByRole("grid", { name: "Sync runs" });
  await platform.syncStart("own");
  await waitFor(() => expect(outcomes()).toHaveLength(10));
});
