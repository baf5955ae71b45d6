import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { renderAt } from "../../testing/renderAt";

const field = () => screen.findByRole("combobox", { name: "Find a service, or give a server’s address" });

describe("the picker", () => {
  it("leads from Enter to a sign-in, and from the browser's answer to the account's repositories", async () => {
    const { platform, at } = renderAt("/connect", { accounts: "none" });
    const find = await field();
    expect(document.activeElement).toBe(find);
    expect(screen.getByRole("radio", { name: "Sign in with the browser", checked: true })).toBeTruthy();
    await userEvent.keyboard("{Enter}");
    const steps = await screen.findByRole("list", { name: "Where the sign-in stands" });
    expect(platform.fake.opened).toHaveLength(1);
    expect(steps.querySelector("[aria-current=step]")?.textContent).toContain("Waiting for you to approve Drawbridge there");
    const [signIn] = await platform.signInList();
    await platform.fake.comeBack(signIn?.id ?? "");
    const [account] = (await platform.accountList()).rows;
    await waitFor(() => expect(at()).toBe(`/?account=${account?.id}`));
  });

  it("shows what is asked for and what is not, before anything is sent", async () => {
    const { platform } = renderAt("/connect", { accounts: "none" });
    await field();
    const rights = within(screen.getByRole("list", { name: "Rights" }));
    expect(rights.getByText("See your organisations and teams").closest("li")?.dataset.state).toBe("asked");
    expect(rights.getByText("Delete repositories").closest("li")?.textContent).toContain("not asked for");
    expect(platform.fake.asked).not.toContain("signInStart");
  });

  it("refuses an unencrypted address elsewhere, and takes one of this computer", async () => {
    renderAt("/connect", { accounts: "none" });
    const find = await field();
    await userEvent.type(find, "http://git.fjordline.example");
    expect(screen.getByText(/http:\/\/ would send your credentials unencrypted/)).toBeTruthy();
    expect(screen.queryByRole("option")).toBeNull();
    await userEvent.clear(find);
    await userEvent.type(find, "http://127.0.0.1:4411");
    expect(screen.getByRole("option", { selected: true }).textContent).toContain("127.0.0.1:4411");
  });

  it("leads to setting up a client where there is none, and goes on by itself after that", async () => {
    const { platform, at } = renderAt("/connect", { accounts: "none", clientReady: false });
    await userEvent.type(await field(), "git.fjordline.example");
    expect(screen.getByText("No client is set up for git.fjordline.example yet.")).toBeTruthy();
    await userEvent.keyboard("{Enter}");
    await screen.findByRole("heading", { name: "Set up a client at git.fjordline.example" });
    await userEvent.click(screen.getAllByRole("button", { name: "Copy redirect address" })[0] as HTMLElement);
    expect(platform.fake.copied).toEqual(["dev.drawbridge.desktop:/oauth/callback"]);
    await userEvent.type(screen.getByLabelText("Client id"), "Iv1.77{Enter}");
    await waitFor(() => expect(at()).toMatch(/^\/sign-in\//));
    const [client] = (await platform.clientList()).rows;
    expect(client).toMatchObject({ host: "https://git.fjordline.example", client_id: "Iv1.77", has_secret: false });
    expect((await platform.signInList())[0]?.host).toBe("https://git.fjordline.example");
  });

  it("asks for a client id before it sends anything", async () => {
    const { platform } = renderAt("/connect?provider=github&step=client", { accounts: "none", clientReady: false });
    await userEvent.click(await screen.findByRole("button", { name: "Save and continue" }));
    expect(screen.getByText("Paste the client id that github.com shows.")).toBeTruthy();
    expect(platform.fake.asked).not.toContain("clientAdd");
  });

  it("moves through the services with the arrows while the field keeps the focus", async () => {
    renderAt("/connect", { accounts: "none" });
    const find = await field();
    await userEvent.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(find);
    const chosen = screen.getByRole("option", { selected: true });
    expect(chosen.textContent).toContain("-compatible server");
    expect(find.getAttribute("aria-activedescendant")).toBe(chosen.id);
  });
});

describe("a token", () => {
  it("connects, and says in the host's words when it does not", async () => {
    const { at } = renderAt("/connect?provider=github&step=token", { accounts: "none" });
    const token = await screen.findByLabelText<HTMLInputElement>("Access token");
    expect(document.activeElement).toBe(token);
    await userEvent.keyboard("short{Enter}");
    expect(await screen.findByText("github.com does not accept this token.")).toBeTruthy();
    await userEvent.clear(token);
    await userEvent.type(token, "a-token-that-is-long{Enter}");
    await waitFor(() => expect(at()).toMatch(/^\/\?account=/));
  });
});

describe("the sign-in page", () => {
  async function started(search = "") {
    const shown = renderAt(`/connect${search}`, { accounts: "none" });
    await field();
    await userEvent.keyboard("{Enter}");
    await screen.findByRole("timer", { name: "Time left" });
    const [signIn] = await shown.platform.signInList();
    if (!signIn) throw new Error("no sign-in was started");
    return { ...shown, signIn };
  }

  it("is left waiting by Esc, and waits at the top of the accounts", async () => {
    const { at, signIn } = await started();
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(at()).toBe("/accounts"));
    const line = await screen.findByText("A sign-in at github.com waits for you");
    expect(line).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Go on" }));
    await waitFor(() => expect(at()).toBe(`/sign-in/${signIn.id}`));
  });

  it("takes the pasted address", async () => {
    const { at } = await started();
    const paste = screen.getByLabelText("Paste the address");
    await userEvent.type(paste, "nonsense{Enter}");
    expect(await screen.findByText(/No sign-in waits for that address/)).toBeTruthy();
    await userEvent.clear(paste);
    await userEvent.type(paste, "http://127.0.0.1:49152/callback?code=x&state=y{Enter}");
    await waitFor(() => expect(at()).toMatch(/^\/\?account=/));
  });

  it("goes over to a code, and ends the one before", async () => {
    const { platform, signIn } = await started();
    await userEvent.click(screen.getByRole("button", { name: "Get a code" }));
    expect(await screen.findByText("WDJB-MJHT")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Copy code" }));
    expect(platform.fake.copied).toEqual(["WDJB-MJHT"]);
    expect((await platform.signInShow(signIn.id)).state).toBe("cancelled");
  });

  it("says what went wrong and what is next, and starts again the same way", async () => {
    const { platform, signIn, at } = await started();
    const problem = { code: "sign_in_denied", message: "github.com says no.", hint: "Ask its owner." } as const;
    platform.fake.emit({ kind: "sign_in", sign_in: { ...signIn, state: "failed", problem } });
    const notice = (await screen.findByText("github.com says no.")).closest("section");
    expect(notice?.textContent).toContain("Ask its owner.");
    expect(screen.queryByRole("timer")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Start again" }));
    await waitFor(() => expect(at()).not.toContain(signIn.id));
    await screen.findByRole("timer", { name: "Time left" });
  });

  it("says that the time is up, and that nothing was changed", async () => {
    const { platform, signIn } = await started();
    platform.fake.emit({ kind: "sign_in", sign_in: { ...signIn, state: "expired" } });
    expect(await screen.findByText("Nothing came back in 10 minutes. Nothing was changed.")).toBeTruthy();
  });
});
