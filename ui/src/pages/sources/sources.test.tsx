import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderAt } from "../../testing/renderAt";

const add = async (words: string) => {
  await userEvent.click(await screen.findByRole("button", { name: "Add a source…" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Add a source" }));
  await userEvent.type(dialog.getByLabelText("Repository"), words);
  await dialog.findByRole("radiogroup", { name: "Repositories" });
  await userEvent.click(dialog.getByRole("button", { name: "Look there" }));
};

const kindsShown = () => [...document.querySelectorAll<HTMLElement>("[data-kind]")].map((each) => each.dataset.kind);

it("begins empty and says what a source is; a repository of the list makes one", async () => {
  const { platform } = renderAt("/sources", { pace: 0 });
  await screen.findByRole("heading", { name: "No source yet" });
  const first = (await platform.repositoryList({ limit: 1 })).rows[0];
  await add(first?.name ?? "");
  await screen.findByRole("grid", { name: "Found" });
  expect(kindsShown()).toEqual(["skill", "template"]);
  expect(screen.getByText("copier.yml can't be read: line 2 is not what its format allows.")).toBeTruthy();
  expect(screen.getByText("Asks 2 questions")).toBeTruthy();
  expect((await platform.sourceList()).total).toBe(1);
  await waitFor(() => expect(screen.getByText("1 source, 3 found")).toBeTruthy());
});

it("says why nothing was added, and keeps what was typed", async () => {
  const { platform } = renderAt("/sources?ask=add", { pace: 0 });
  const dialog = within(await screen.findByRole("dialog", { name: "Add a source" }));
  await userEvent.click(dialog.getByRole("button", { name: "Look there" }));
  expect(await dialog.findByText("Search for a repository of your list and choose it.")).toBeTruthy();
  expect(platform.fake.asked).not.toContain("sourceAdd");
  const first = (await platform.repositoryList({ limit: 1 })).rows[0];
  await userEvent.type(dialog.getByLabelText("Repository"), first?.name ?? "");
  await dialog.findByRole("radiogroup", { name: "Repositories" });
  await userEvent.type(dialog.getByLabelText("Folder"), "no/such");
  await userEvent.click(dialog.getByRole("button", { name: "Look there" }));
  expect(await dialog.findByText(/No source was added/)).toBeTruthy();
  expect((await platform.sourceList()).total).toBe(0);
});

it("removes with a way back, and leads to the repository by keys", async () => {
  const { platform, at } = renderAt("/sources", { pace: 0 });
  const row = (await platform.repositoryList({ limit: 1 })).rows[0];
  await platform.sourceAdd({ repository: { kind: "id", id: row?.id ?? 0 }, reference: null, path: null, kind: null });
  await userEvent.click(await screen.findByRole("button", { name: /^Remove / }));
  await screen.findByRole("heading", { name: "No source yet" });
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  await screen.findByRole("grid", { name: "Found" });
  document.querySelector<HTMLElement>("[data-found]")?.focus();
  await userEvent.keyboard("{Enter}");
  await userEvent.click(within(await screen.findByRole("dialog", { name: "tides" })).getByRole("button", { name: "Repository" }));
  await waitFor(() => expect(at()).toBe(`/repositories/${row?.id}`));
  await screen.findByRole("heading", { name: "Found inside 3" });
  await userEvent.click(screen.getByRole("button", { name: "web: Use template…" }));
  expect(within(await screen.findByRole("dialog", { name: "web" })).getByText("A site with a database")).toBeTruthy();
  await userEvent.keyboard("{Escape}");
  await userEvent.keyboard("{Escape}");
  expect(await screen.findByText("1 skill, 2 templates")).toBeTruthy();
});

it("shows what a template asks, and copies its files to where they are told", async () => {
  const { platform } = renderAt("/sources", { pace: 0 });
  const row = (await platform.repositoryList({ limit: 1 })).rows[0];
  await platform.sourceAdd({ repository: { kind: "id", id: row?.id ?? 0 }, reference: null, path: null, kind: null });
  await userEvent.click(await screen.findByText("web"));
  const dialog = within(await screen.findByRole("dialog", { name: "web" }));
  expect(await dialog.findByText("One of MIT, GPL; mit by default; asked only when open_source")).toBeTruthy();
  const folder = dialog.getByLabelText("Folder");
  await waitFor(() => expect(folder).toHaveProperty("value", "/home/mara/Projects/web"));
  await userEvent.clear(folder);
  const begin = dialog.getByRole("button", { name: "Copy its files" });
  await userEvent.click(begin);
  expect(platform.fake.asked).not.toContain("materialize");
  await userEvent.type(folder, "/home/mara/shop{Enter}");
  await screen.findByRole("dialog", { name: `${row?.full_name}/stacks/web was cloned.` });
  expect((await platform.cloneList())[0]?.folder).toBe("/home/mara/shop");
  await userEvent.click(screen.getByRole("button", { name: "Close" }));

  await userEvent.click(await screen.findByText("web"));
  const again = within(await screen.findByRole("dialog", { name: "web" }));
  await userEvent.clear(again.getByLabelText("Folder"));
  await userEvent.type(again.getByLabelText("Folder"), "/home/mara/shop{Enter}");
  expect(await again.findByText(/There is something else in its folder already/)).toBeTruthy();
});
