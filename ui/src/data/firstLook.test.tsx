import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { App } from "../App";
import { fakePlatform } from "../ipc/fake/keeper";
import { firstLook } from "./firstLook";
import { Session } from "./session";

const READ = ["vaultStatus", "accountList", "viewList", "settings", "syncStatus", "vaultSecurity", "cloneList", "noticeList"] as const;

function start() {
  const platform = fakePlatform({ rows: 40, pace: 0 });
  for (const name of READ) vi.spyOn(platform, name);
  const list = vi.spyOn(platform, "repositoryList");
  return { platform, list, session: new Session(platform) };
}

const shown = async () => within(await screen.findByRole("grid", { name: "Repositories" })).getAllByRole("row").slice(1);

describe("what the window opens with", () => {
  it("is read once, before anything is drawn", async () => {
    const { platform, list, session } = start();
    await firstLook(session.client);
    const once = () => {
      for (const name of READ) expect(platform[name], name).toHaveBeenCalledTimes(1);
      // The first page, and how many there are.
      expect(list).toHaveBeenCalledTimes(2);
    };
    once();
    render(<App session={session} />);
    await waitFor(async () => expect((await shown()).length).toBeGreaterThan(10));
    once();
  });

  it("is forgotten when the vault locks before it is drawn", async () => {
    const { platform, session } = start();
    await firstLook(session.client);
    platform.fake.lock();
    render(<App session={session} />);
    expect(screen.queryByRole("navigation", { name: "Main" })).toBeNull();
    expect(await screen.findByRole("heading", { level: 1, name: "The vault is locked" })).toBeTruthy();
  });

  it("is read again when it changes before it is drawn", async () => {
    const { platform, session } = start();
    await firstLook(session.client);
    platform.fake.push({ name: "harbour/new-quay" });
    render(<App session={session} />);
    await waitFor(async () => expect((await shown())[0]?.querySelector("[data-name]")?.textContent).toBe("harbour/new-quay"));
  });

  it("is read when the vault is unlocked, where it was refused before", async () => {
    const platform = fakePlatform({ rows: 40, pace: 0, vault: "locked", passphrase: "oxbow lantern" });
    const session = new Session(platform);
    await firstLook(session.client);
    render(<App session={session} />);
    await userEvent.type(await screen.findByLabelText("Passphrase"), "oxbow lantern{Enter}");
    await waitFor(async () => expect((await shown()).length).toBeGreaterThan(10));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("is not waited for when it takes its time", async () => {
    const { list, session } = start();
    list.mockReturnValue(new Promise(() => undefined));
    await firstLook(session.client);
    render(<App session={session} />);
    expect(await screen.findByRole("navigation", { name: "Main" })).toBeTruthy();
  });
});
