import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { renderAt } from "../../testing/renderAt";

describe("why a repository is missing", () => {
  it("says that a host shows it, imports it, and shows it then", async () => {
    const { at } = renderAt("/missing?name=coastal-survey/tide-tables");
    await userEvent.click(await screen.findByRole("button", { name: "Import it" }));
    expect(await screen.findByRole("heading", { name: /tide-tables/ })).not.toBeNull();
    expect(at()).toContain("/repositories/990002");
  });

  it("says what helps and where", async () => {
    renderAt("/missing?name=coastal-survey/soundings");
    expect(await screen.findByRole("heading", { name: "coastal-survey has not approved Drawbridge" })).not.toBeNull();
    expect(screen.getByText(/Ask an owner/)).not.toBeNull();
    expect(screen.getByText(/orgs\/coastal-survey\/policies/)).not.toBeNull();
  });

  it("is reached from a search that finds nothing, and takes its words along", async () => {
    const { at } = renderAt("/?q=nobody/nothing-of-that-name");
    await userEvent.click(await screen.findByRole("button", { name: "Why is it missing?" }));
    expect(at()).toContain("/missing");
    expect(await screen.findByDisplayValue("nobody/nothing-of-that-name")).not.toBeNull();
    expect((await screen.findAllByText(/hidden from it, or there is none of that name/)).length).toBeGreaterThan(0);
  });
});

describe("what was removed", () => {
  it("says when and why, and brings it back", async () => {
    const { platform } = renderAt("/removed");
    const list = await screen.findByText("fjordline/old-timetable");
    expect(screen.getByText(/complete listing .* did not show it/)).not.toBeNull();
    const row = list.closest("li");
    if (!row) throw new Error("it is in a list");
    await userEvent.click(within(row).getByRole("button", { name: "Bring back" }));
    expect(await screen.findByText("Nothing was removed in the last thirty days.")).not.toBeNull();
    const back = await platform.repositoryShow({ kind: "full_name", full_name: "fjordline/old-timetable" });
    expect(back.missing_since).not.toBeNull();
  });

  it("asks before much is removed, until it is answered", async () => {
    const { platform } = renderAt("/removed");
    await userEvent.click(await screen.findByRole("button", { name: "Keep them" }));
    await screen.findByText("fjordline/old-timetable");
    expect(await platform.removalQuestions()).toEqual([]);
  });
});
