import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import { App } from "../../App";
import { type FakeOptions, fakePlatform } from "../../ipc/fake/keeper";

afterEach(cleanup);

function start(options: FakeOptions) {
  const platform = fakePlatform({ rows: 3, pace: 0, ...options });
  render(<App platform={platform} />);
  return platform.fake;
}
const opened = () => screen.findByRole("navigation", { name: "Main" });

describe("first run", () => {
  it("makes a vault with the keychain by Enter alone", async () => {
    const fake = start({ vault: "absent", accounts: "none" });
    const keychain = await screen.findByRole("radio", { name: "In this computer’s keychain", checked: true });
    expect(document.activeElement).toBe(keychain);
    await userEvent.keyboard("{Enter}");
    await opened();
    expect(fake.asked).toContain("vaultCreate");
  });

  it("makes one with a passphrase, typed twice, and says what is wrong until it is right", async () => {
    const fake = start({ vault: "absent", accounts: "none" });
    await screen.findByRole("radio", { name: "In this computer’s keychain" });
    await userEvent.keyboard("2{Enter}");
    const first = await screen.findByLabelText("Passphrase");
    expect(document.activeElement).toBe(first);
    await userEvent.keyboard("short{Enter}");
    expect(screen.getByText("That is 5 of at least 8 characters.")).toBeTruthy();
    await userEvent.clear(first);
    await userEvent.type(first, "oxbow lantern");
    const second = screen.getByLabelText("The same once more");
    await userEvent.type(second, "oxbow lanterm{Enter}");
    expect(screen.getByText("The two are different.")).toBeTruthy();
    expect(document.activeElement).toBe(second);
    expect(fake.asked).not.toContain("vaultCreate");
    await userEvent.type(second, "{Backspace}n{Enter}");
    await opened();
  });

  it.each(["absent", "locked"] as const)("does not offer a keychain that is %s, and says why", async (keychain) => {
    const fake = start({ vault: "absent", keychain, accounts: "none" });
    const choice = await screen.findByRole("radio", { name: "In this computer’s keychain" });
    expect(choice.getAttribute("aria-disabled")).toBe("true");
    expect(choice.textContent).toContain(keychain === "absent" ? "No keychain answers here" : "locked itself");
    expect(screen.getByRole("radio", { name: "In your head, as a passphrase", checked: true })).toBeTruthy();
    await userEvent.keyboard("1{Enter}");
    expect(await screen.findByLabelText("Passphrase")).toBeTruthy();
    expect(fake.asked).not.toContain("vaultCreate");
  });
});

describe("unlock", () => {
  it("keeps and selects what was typed when it is wrong, and opens when it is right", async () => {
    start({ vault: "locked", passphrase: "oxbow lantern" });
    const field = await screen.findByLabelText<HTMLInputElement>("Passphrase");
    expect(document.activeElement).toBe(field);
    await userEvent.keyboard("oxbow{Enter}");
    expect(await screen.findByText("That is not the passphrase.")).toBeTruthy();
    await waitFor(() => expect([field.value, field.selectionStart, field.selectionEnd]).toEqual(["oxbow", 0, 5]));
    expect(document.activeElement).toBe(field);
    await userEvent.keyboard("oxbow lantern{Enter}");
    await opened();
  });

  it("offers the keychain again where that is how the vault opens, and says what it answered", async () => {
    const fake = start({ vault: "locked", slots: ["keychain"] });
    const button = await screen.findByRole("button", { name: "Try the keychain again" });
    expect(screen.queryByLabelText("Passphrase")).toBeNull();
    fake.failNext("vaultUnlock", "keychain_entry_missing", "The keychain answers, but holds no key for this vault.");
    await userEvent.click(button);
    expect(await screen.findByText("The keychain answers, but holds no key for this vault.")).toBeTruthy();
    await userEvent.click(button);
    await opened();
  });
});

describe("a vault that can't be opened here", () => {
  it("says so, that nothing was changed, and where it is", async () => {
    start({ vault: "damaged" });
    expect(await screen.findByRole("heading", { name: "The vault file is damaged" })).toBeTruthy();
    expect(document.body.textContent).toContain("changed and deleted nothing");
    expect(screen.getByRole("group", { name: "Vault folder" }).textContent).toContain("/drawbridge");
  });

  it("names the version that opens a newer one", async () => {
    start({ vault: "too_new" });
    expect(await screen.findByRole("heading", { name: "A newer Drawbridge wrote this vault" })).toBeTruthy();
    expect(document.body.textContent).toContain("Drawbridge 2.1.0 or newer");
  });
});
