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
  await waitFor(() => expect(at()).toBe(`/repositories/${row?.id}`));
});
