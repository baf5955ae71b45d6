import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { FakePlatform } from "../../ipc/fake/options";
import { renderAt } from "../../testing/renderAt";
import { account } from "../../ipc/fake/world";
import { askedSentence, foundSentence, hostsToAsk, sends, together } from "./words";

const sent = ({ fake }: FakePlatform) => fake.asked.filter((command) => command === "hostSearch").length;

describe("who is asked", () => {
  const now = new Date();
  const one = account(now, { id: "a", login: "mara", host_label: "github.com", swatch: 1 });

  it("is every host once, without those that can't be searched or want a sign-in first", () => {
    const accounts = [
      one,
      { ...one, id: "b" },
      { ...one, id: "c", host_label: "git.berg.example" },
      { ...one, id: "d", host_label: "mute.example", searches: false },
      { ...one, id: "e", host_label: "gone.example", health: "needs_you" as const },
    ];
    expect(hostsToAsk(accounts)).toEqual(["github.com", "git.berg.example"]);
    expect(sends("tide", accounts)).toBe("Sends “tide” to github.com and git.berg.example.");
    expect(sends("tide", [])).toBe("No host can be asked now.");
  });

  it("is said in words", () => {
    expect(["", "a", "a and b", "a, b and c"]).toEqual([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(together));
    const asked = { account: "a", login: "mara", host_label: "github.com", found: 20, more: true, problem: null };
    expect(askedSentence(asked)).toBe("Shows 20, and may have more");
    expect(askedSentence({ ...asked, found: 0, more: false })).toBe("Shows none");
    expect(askedSentence({ ...asked, found: 0 })).toBe("Shows none, and did not look everywhere");
    expect(askedSentence({ ...asked, problem: { code: "unreachable", message: "It is silent.", hint: "Wait." } })).toBe("It is silent. Wait.");
    expect(foundSentence(1, 0)).toBe("1 repository was found");
    expect(foundSentence(0, 2)).toBe("Nothing was found; 2 accounts could not be asked");
  });
});

describe("a search at the hosts", () => {
  it("sends nothing before a person says so, and says before to whom", async () => {
    const { platform, router } = renderAt("/hosts");
    const field = await screen.findByLabelText("Words");
    expect(field).toBe(document.activeElement);
    expect(await screen.findByText(/^Sends the words to git\.fjordline\.example, .* Nothing is sent while you type\.$/)).not.toBeNull();
    await userEvent.type(field, "tide");
    expect(sent(platform)).toBe(0);
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByText(/tide-tables/)).not.toBeNull();
    expect(sent(platform)).toBe(1);
    expect(router.state.location.search).toEqual({ text: "tide" });
  });

  it("is sent by no address, event or way back", async () => {
    const { platform, router } = renderAt("/hosts?text=tide");
    expect(await screen.findByRole("button", { name: "Search" })).not.toBeNull();
    platform.fake.emit({ kind: "changed", tags: ["repositories", "accounts"] });
    await router.navigate({ to: "/removed" });
    await screen.findByRole("heading", { name: "Removed repositories" });
    router.history.back();
    await userEvent.click(await screen.findByRole("button", { name: "Search" }));
    await screen.findByText(/tide-tables/);
    platform.fake.emit({ kind: "changed", tags: ["repositories", "accounts"] });
    await router.navigate({ to: "/removed" });
    await screen.findByRole("heading", { name: "Removed repositories" });
    router.history.back();
    expect(await screen.findByText(/tide-tables/), "what was found is still there").not.toBeNull();
    // What it was made of changes meanwhile, so it is forgotten.
    await router.navigate({ to: "/removed" });
    await screen.findByRole("heading", { name: "Removed repositories" });
    platform.fake.emit({ kind: "changed", tags: ["repositories", "accounts"] });
    router.history.back();
    expect(await screen.findByRole("button", { name: "Search" })).not.toBeNull();
    expect(sent(platform)).toBe(1);
  });

  it("that failed is not sent anew by coming back to it", async () => {
    const { platform, router } = renderAt("/hosts?text=tide");
    platform.fake.failNext("hostSearch", "unreachable", "No network is there.");
    await userEvent.click(await screen.findByRole("button", { name: "Search" }));
    await screen.findByText("No network is there.");
    await router.navigate({ to: "/removed" });
    await screen.findByRole("heading", { name: "Removed repositories" });
    router.history.back();
    await screen.findByLabelText("Words");
    expect(sent(platform)).toBe(1);
  });

  it("is reached from a search that finds nothing, with its words and without its filters", async () => {
    const { platform, at } = renderAt("/?q=tide-gauges&filter=lang:Rust");
    expect(await screen.findByText(/The hosts may show more than is listed\. Sends “tide-gauges” to /)).not.toBeNull();
    expect(sent(platform)).toBe(0);
    await userEvent.click(screen.getByRole("button", { name: "Look at the hosts" }));
    expect(await screen.findByRole("button", { name: "Import coastal-survey/tide-gauges" })).not.toBeNull();
    expect(at()).toBe("/hosts?text=tide-gauges");
    expect(sent(platform)).toBe(1);
  });

  it("is offered beside what the list found, and by the palette", async () => {
    const { platform, at } = renderAt("/?q=booking");
    await userEvent.click(await screen.findByRole("button", { name: "Search the hosts for “booking”" }));
    expect(await screen.findByText("Who was asked")).not.toBeNull();
    expect(at()).toBe("/hosts?text=booking");
    await userEvent.keyboard("{Control>}k{/Control}tide owner:acme");
    expect(sent(platform)).toBe(1);
    await userEvent.click(await screen.findByRole("option", { name: /Search the hosts for “tide”/ }));
    await screen.findByText(/tide-tables/);
    expect(at()).toBe("/hosts?text=tide");
    expect(sent(platform)).toBe(2);
  });

  it("imports what is not listed and opens what is, by keys alone", async () => {
    const { platform, at, router } = renderAt("/hosts");
    await userEvent.type(await screen.findByLabelText("Words"), "tide{Enter}");
    const row = (await screen.findByText("tide-tables")).closest<HTMLElement>("[role=row]");
    if (!row) throw new Error("it is in a row");
    const rows = screen.getAllByRole("row");
    await waitFor(() => expect(document.activeElement).toBe(rows[0]));
    await userEvent.click(screen.getByLabelText("Words"));
    await userEvent.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(rows[0]);
    for (let step = 0; step < rows.indexOf(row); step += 1) await userEvent.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(row);
    await userEvent.keyboard("{Enter}");
    expect(await within(row).findByRole("button", { name: "In your list: open coastal-survey/tide-tables" })).not.toBeNull();
    expect(platform.fake.asked.filter((command) => command === "repositoryImport")).toHaveLength(1);
    expect(at()).toContain("/hosts");
    row.focus();
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/repositories/990002"));
    expect(sent(platform)).toBe(1);
  });

  it("says beside the row what an import was refused for", async () => {
    renderAt("/hosts");
    await userEvent.type(await screen.findByLabelText("Words"), "tide{Enter}");
    await userEvent.click(await screen.findByRole("button", { name: "Import coastal-survey/tide-gauges" }));
    expect(await screen.findByText("The host does not show it to any of your accounts.")).not.toBeNull();
  });

  it("says of each account how it went, also of those that could not be asked", async () => {
    renderAt("/hosts");
    await userEvent.type(await screen.findByLabelText("Words"), "tide{Enter}");
    const part = (await screen.findByText("Who was asked")).closest("section");
    if (!part) throw new Error("it is a section");
    const lines = within(part).getAllByRole("listitem").map((line) => line.textContent);
    expect(lines.find((line) => line.startsWith("fjordline-mara at github.com"))).toContain("has to sign in again first");
    expect(lines.find((line) => line.startsWith("tidewater-mara"))).toContain("forge.tidewater.example did not answer in time. Search once more");
    expect(lines.find((line) => line.startsWith("maralind at github.com"))).toContain("Shows none");
    expect(within(part).getByRole("button", { name: "Show the account" })).not.toBeNull();
  });

  it("says when nothing was found, when it failed, and that it is under way", async () => {
    const { platform } = renderAt("/hosts");
    const field = await screen.findByLabelText("Words");
    await userEvent.type(field, "zzz-none{Enter}");
    expect(await screen.findByText("No host that was asked shows anything called “zzz-none”.")).not.toBeNull();
    platform.fake.failNext("hostSearch", "unreachable", "No network is there.");
    await userEvent.click(screen.getByRole("button", { name: "Search again" }));
    expect(await screen.findByText("No network is there.")).not.toBeNull();
    const release = platform.fake.hold();
    await userEvent.click(screen.getByRole("button", { name: "Search again" }));
    expect((await screen.findByText(/^Asking git\.fjordline\.example/)).getAttribute("role")).toBe("status");
    release();
    expect(await screen.findByText("Nothing was found; 2 accounts could not be asked")).not.toBeNull();
  });

  it("is offered to nobody whose hosts can't be searched", async () => {
    renderAt("/hosts", { accounts: "none" });
    expect(await screen.findByText("No account is connected at a host that can be searched.")).not.toBeNull();
  });
});
