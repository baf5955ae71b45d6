import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { renderAt } from "../../testing/renderAt";

const dialog = async () => within(await screen.findByRole("dialog"));

/** The button of that name once the folder was looked into. */
async function ready(ask: Awaited<ReturnType<typeof dialog>>, name: string | RegExp): Promise<HTMLElement> {
  await waitFor(() => expect(ask.getByRole("button", { name }).getAttribute("aria-disabled")).not.toBe("true"));
  return ask.getByRole("button", { name });
}

describe("cloning", () => {
  it("goes from what is told of a repository by a plan to a folder that can be opened", async () => {
    const { platform } = renderAt("/");
    const { rows } = await platform.repositoryList({ limit: 1 });
    const one = rows[0];
    if (!one) throw new Error("there are some");
    await userEvent.click(await screen.findByRole("button", { name: /^Clone…/ }));
    const ask = await dialog();
    const field = await ask.findByLabelText("Folder");
    await waitFor(() => expect((field as HTMLInputElement).value).toBe(`/home/mara/Projects/pontoon.example/${one.full_name}`));
    expect(await ask.findByText(/^1 repository to clone, about /)).toBeTruthy();
    await userEvent.clear(field);
    await userEvent.type(field, "boats");
    expect(await ask.findByText(/^That is not the whole path of a folder\./)).toBeTruthy();
    expect(platform.fake.asked).not.toContain("cloneStart");
    await userEvent.clear(field);
    await userEvent.type(field, "/home/mara/boats");
    await waitFor(() => expect(ask.queryByText(/^That is not the whole path/)).toBeNull());
    await ready(ask, "Clone");
    await userEvent.type(field, "{Enter}");
    expect(await screen.findByRole("dialog", { name: `${one.full_name} was cloned.` })).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Open folder" }));
    expect(platform.fake.opened).toEqual(["/home/mara/boats"]);
  });

  it("goes on when its dialog is closed, is shown in the rail, and can be stopped", async () => {
    renderAt("/", { rows: 12, pace: 2000 });
    await screen.findByRole("grid");
    await userEvent.keyboard("{Control>}k{/Control}");
    const palette = await dialog();
    await userEvent.type(palette.getByRole("combobox"), "clone all{Enter}");
    const ask = await dialog();
    expect(await ask.findByText(/repositories to clone/)).toBeTruthy();
    await userEvent.click(await ready(ask, /^Clone \d+$/));
    expect(await screen.findByRole("progressbar", { name: "How far it is" })).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Go on in the background" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await userEvent.click(await screen.findByRole("button", { name: /^Cloning, 0 of / }));
    await userEvent.click(await screen.findByRole("button", { name: "Stop" }));
    expect(await screen.findByRole("dialog", { name: /^Stopped\. / }, { timeout: 5000 })).toBeTruthy();
    expect(screen.queryByRole("button", { name: /^Cloning, / })).toBeNull();
  });

  it("takes what is selected, whatever is shown", async () => {
    const { platform } = renderAt("/", { rows: 12 });
    const grid = await screen.findByRole("grid");
    grid.focus();
    await userEvent.keyboard("x{ArrowDown}x");
    await userEvent.click(await screen.findByRole("button", { name: "Clone 2…" }));
    const ask = await dialog();
    expect(await ask.findByText(/^2 repositories to clone/)).toBeTruthy();
    await userEvent.click(await ready(ask, "Clone 2"));
    await waitFor(async () => expect((await platform.cloneList())[0]).toMatchObject({ total: 2, state: "done" }));
  });
});
