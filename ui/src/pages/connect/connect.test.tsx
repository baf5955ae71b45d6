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
    // What kind it is can't be found out, so the kind that is chosen is taken.
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByText(/does not show what kind of server it is/)).toBeTruthy();
    await userEvent.keyboard("{Enter}");
    await screen.findByRole("heading", { name: "Set up a client at git.fjordline.example" });
    await userEvent.click((await screen.findAllByRole("button", { name: "Copy redirect address" }))[0] as HTMLElement);
    expect(platform.fake.copied).toEqual(["dev.drawbridge.desktop:/oauth/callback/5f0c3f2a9b1d7e4c8a60"]);
    await userEvent.type(screen.getByLabelText("Client id"), "Iv1.77{Enter}");
    await waitFor(() => expect(at()).toMatch(/^\/sign-in\//));
    const [client] = (await platform.clientList()).rows;
    expect(client).toMatchObject({ host: "https://git.fjordline.example", client_id: "Iv1.77", has_secret: false });
    expect((await platform.signInList())[0]?.host).toBe("https://git.fjordline.example");
  });

  it("finds out what kind of server stands at an address, and says so when nobody answers", async () => {
    const { platform } = renderAt("/connect", { accounts: "none" });
    const find = await field();
    await userEvent.type(find, "kilnforge.fjordline.example");
    expect(platform.fake.asked).not.toContain("serverRecognise");
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByText(/^kilnforge\.fjordline\.example is a .* server\.$/)).toBeTruthy();
    expect(screen.getByRole("option", { selected: true }).textContent).toMatch(/^K/i);
    await userEvent.clear(find);
    await userEvent.type(find, "nowhere.fjordline.example");
    expect(screen.queryByText(/^kilnforge\.fjordline/)).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Find out which kind" }));
    expect(await screen.findByText("Nothing answered at nowhere.fjordline.example within two seconds.")).toBeTruthy();
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
    expect(chosen.textContent).toContain("Kiln Forge");
    expect(find.getAttribute("aria-activedescendant")).toBe(chosen.id);
  });

  it("stands in groups, what is ready first", async () => {
    renderAt("/connect", { accounts: "more" });
    await field();
    const titles = within(screen.getByRole("listbox", { name: "Services" })).getAllByRole("heading").map((heading) => heading.textContent);
    expect(titles).toEqual(["Ready", "Code hosts", "Planning and documents", "Cloud", "Files and pictures", "People and media", "Any server"]);
    const ready = within(screen.getByRole("group", { name: "Ready" })).getAllByRole("option").map((option) => option.textContent);
    // The other four are at servers of their own.
    expect(ready[0]).toContain("2 connected");
    expect(screen.getByRole("option", { name: /Fjordline Wiki/ }).textContent).toContain("yours");
  });

  it("says whether anything is listed, what to know, and that a client has to have a secret", async () => {
    renderAt("/connect?provider=papertrail", { accounts: "none" });
    await field();
    const pane = within(screen.getByRole("region", { name: "Papertrail Pages" }));
    expect(pane.getByText("It is looked after; nothing is listed.")).toBeTruthy();
    expect(pane.getByText("One sign-in can reach several sites.")).toBeTruthy();
    expect(pane.getByText(/It has to have a secret\./)).toBeTruthy();
    expect(pane.getByRole("button", { name: "Set up a client…" })).toBeTruthy();
  });

  it("keeps to the provider's order of ways", async () => {
    renderAt("/connect?provider=lampwork", { accounts: "none" });
    await field();
    expect(screen.getAllByRole("radio").map((radio) => radio.textContent)).toEqual([
      expect.stringContaining("Enter a code on another device"),
      expect.stringContaining("Sign in with the browser"),
    ]);
  });

  it("builds an address from its parts, and goes on with it", async () => {
    const { at } = renderAt("/connect?provider=foghorn", { accounts: "none" });
    const find = await field();
    await userEvent.keyboard("{Enter}");
    const part = screen.getByLabelText("Workspace");
    expect(document.activeElement).toBe(part);
    await userEvent.type(part, "fjord line{Enter}");
    expect(screen.getByText(/^Only letters, digits/)).toBeTruthy();
    expect(document.activeElement).toBe(part);
    await userEvent.clear(part);
    await userEvent.type(part, "fjordline");
    expect(screen.getByText("fjordline.foghorn.example")).toBeTruthy();
    await userEvent.keyboard("{Enter}");
    await screen.findByRole("heading", { name: "Set up a client at fjordline.foghorn.example" });
    expect(decodeURIComponent(at())).toContain("host=https://fjordline.foghorn.example");
    expect(find.isConnected).toBe(false);
  });

  it("takes the default of a part where nothing is given", async () => {
    renderAt("/connect?provider=gatehouse", { accounts: "none" });
    await field();
    expect(screen.getByText("login.gatehouse.example/common")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Set up a client…" }));
    expect(await screen.findByRole("heading", { name: "Set up a client at login.gatehouse.example/common" })).toBeTruthy();
  });

  it("takes the whole address where every installation is somebody's own", async () => {
    renderAt("/connect?provider=pontoon", { accounts: "none" });
    await field();
    await userEvent.click(screen.getByRole("button", { name: "Set up a client…" }));
    expect(screen.getByText(/^Give the server’s address/)).toBeTruthy();
    await userEvent.type(screen.getByLabelText("Address"), "git.fjordline.example{Enter}");
    expect(await screen.findByRole("heading", { name: "Set up a client at git.fjordline.example" })).toBeTruthy();
  });

  it("lists every kind of server for an address, code hosts first", async () => {
    renderAt("/connect", { accounts: "none" });
    await userEvent.type(await field(), "git.fjordline.example");
    const names = screen.getAllByRole("option").map((option) => option.textContent);
    expect(names).toHaveLength(4);
    expect(names.at(-1)).toContain("Sign-in server by address");
  });
});

describe("a client", () => {
  it("has to have a secret where the provider wants one", async () => {
    const { platform, at } = renderAt("/connect?provider=papertrail&step=client&from=settings", { accounts: "none" });
    await userEvent.type(await screen.findByLabelText("Client id"), "p-1{Enter}");
    expect(screen.getByText(/^Papertrail Pages takes no client without a secret/)).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText("Client secret"));
    expect(platform.fake.asked).not.toContain("clientAdd");
    await userEvent.keyboard("s3cret{Enter}");
    await waitFor(() => expect(at()).toBe("/settings?section=clients"));
  });

  it("is registered by Drawbridge itself where the server takes that, and the sign-in goes on", async () => {
    const { platform, at } = renderAt("/connect?provider=by-address&host=https://sso.fjordline.example&step=client", { accounts: "none" });
    await userEvent.click(await screen.findByRole("button", { name: "Register Drawbridge there" }));
    await waitFor(() => expect(at()).toMatch(/^\/sign-in\//));
    expect(screen.getByText("Drawbridge is registered at sso.fjordline.example.")).toBeTruthy();
    const { rows } = await platform.clientList();
    expect(rows.at(-1)).toMatchObject({ host: "https://sso.fjordline.example", origin: "registered", preferred: true });
    expect(platform.fake.asked).not.toContain("clientAdd");
  });

  it("is registered by hand where the server does not take that", async () => {
    const { at } = renderAt("/connect?provider=by-address&host=https://closed.example&step=client&from=settings", { accounts: "none" });
    await userEvent.click(await screen.findByRole("button", { name: "Register Drawbridge there" }));
    expect(await screen.findByText("closed.example does not let programs register themselves.")).toBeTruthy();
    await userEvent.type(screen.getByLabelText("Client id"), "by-hand{Enter}");
    await waitFor(() => expect(at()).toBe("/settings?section=clients"));
  });

  it("can not register itself where that is known", async () => {
    renderAt("/connect?provider=papertrail&step=client", { accounts: "none" });
    await screen.findByLabelText("Client id");
    expect(screen.queryByRole("button", { name: "Register Drawbridge there" })).toBeNull();
  });

  it("can have a name, and be taken first where there is another", async () => {
    const { platform, at } = renderAt("/connect?provider=github&step=client&from=settings", { accounts: "none" });
    await userEvent.type(await screen.findByLabelText("Client id"), "Iv1.second");
    await userEvent.type(screen.getByLabelText("Name"), "For the ferry");
    await userEvent.click(screen.getByRole("switch", { name: "Take this one first" }));
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(at()).toBe("/settings?section=clients"));
    const { rows } = await platform.clientList();
    expect(rows.map((client) => [client.name, client.preferred])).toEqual([
      ["", false],
      ["For the ferry", true],
    ]);
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

  it("goes with a user name where the provider wants one, and says what to make", async () => {
    const { platform, at } = renderAt("/connect?provider=ledgerly&step=token", { accounts: "none" });
    const user = await screen.findByLabelText("User name");
    expect(document.activeElement).toBe(user);
    expect(screen.getByText("An API key of your own, not one of the whole firm.")).toBeTruthy();
    await userEvent.type(screen.getByLabelText("Access token"), "a-token-that-is-long{Enter}");
    expect(screen.getByText("Give the name that goes with the token.")).toBeTruthy();
    expect(platform.fake.asked).not.toContain("connectToken");
    await userEvent.type(user, "mara@fjordline.example{Enter}");
    // What lists nothing has nothing to show in the list.
    await waitFor(() => expect(at()).toMatch(/^\/accounts\/account-/));
    expect((await platform.accountList()).rows[0]).toMatchObject({ login: "mara@fjordline.example", kind: "basic" });
  });
});

describe("a sign-in with a code to bring back", () => {
  async function started() {
    const shown = renderAt("/accounts", { accounts: "none" });
    await shown.platform.clientAdd({ provider: "taskwell", host: null, api_url: null, client_id: "t", client_secret: null });
    await shown.router.navigate({ to: "/connect", search: { provider: "taskwell" } });
    await field();
    await userEvent.keyboard("{Enter}");
    return { ...shown, code: await screen.findByLabelText<HTMLInputElement>("Paste the code") };
  }

  it("takes it, once it is whole, and counts the time meanwhile", async () => {
    const { platform, code, at } = await started();
    expect(document.activeElement).toBe(code);
    expect(screen.getByRole("timer", { name: "Time left" })).toBeTruthy();
    expect(screen.queryByLabelText("Paste the address")).toBeNull();
    await userEvent.keyboard("{Enter}");
    expect(screen.getByText("Paste the code that app.taskwell.example shows.")).toBeTruthy();
    expect(platform.fake.asked).not.toContain("signInPaste");
    await userEvent.keyboard("abc{Enter}");
    expect(await screen.findByText(/^That is not the whole code/)).toBeTruthy();
    await userEvent.clear(code);
    await userEvent.type(code, "0/1203849:whole{Enter}");
    await waitFor(() => expect(at()).toMatch(/^\/accounts\/account-/));
  });

  it("can be left for the browser, and reached from there", async () => {
    const { platform } = await started();
    await userEvent.click(screen.getByRole("button", { name: "Continue in the browser" }));
    expect(await screen.findByLabelText("Paste the address")).toBeTruthy();
    expect((await platform.signInList())[0]?.way).toBe("loopback");
    await userEvent.click(screen.getByRole("button", { name: "Let it show a code" }));
    expect(await screen.findByLabelText("Paste the code")).toBeTruthy();
    const alive = (await platform.signInList()).filter((signIn) => signIn.state === "waiting");
    expect(alive.map((signIn) => signIn.way)).toEqual(["paste"]);
  });
});

describe("a sign-in for one person", () => {
  it("says that somebody else came back, and can go on either way", async () => {
    const { platform, at } = renderAt("/accounts/fjordline");
    await userEvent.click(await screen.findByRole("button", { name: "Add what is missing" }));
    await waitFor(() => expect(at()).toMatch(/^\/sign-in\//));
    const [signIn] = await platform.signInList();
    expect(signIn?.scopes.find((scope) => scope.name === "workflow")?.state).toBe("asked");
    await platform.fake.comeBack(signIn?.id ?? "", "somebody");
    expect(await screen.findByText("somebody signed in at github.com, not fjordline-mara. Nothing was changed.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByRole("timer", { name: "Time left" });
    // For the same person again, with what was missing.
    const [second] = await platform.signInList();
    expect(second?.id).not.toBe(signIn?.id);
    await platform.fake.comeBack(second?.id ?? "");
    const account = await platform.accountShow("fjordline");
    expect(account.scopes.find((scope) => scope.name === "workflow")?.state).toBe("granted");
  });

  it("takes that other person as an account of their own when asked to", async () => {
    const { platform } = renderAt("/accounts/fjordline");
    await userEvent.click(await screen.findByRole("button", { name: "Sign in again" }));
    await screen.findByRole("timer", { name: "Time left" });
    const [signIn] = await platform.signInList();
    await platform.fake.comeBack(signIn?.id ?? "", "somebody");
    await userEvent.click(await screen.findByRole("button", { name: "Add that person as well" }));
    await screen.findByRole("timer", { name: "Time left" });
    const [second] = await platform.signInList();
    await platform.fake.comeBack(second?.id ?? "", "somebody");
    expect((await platform.accountList()).rows.map((account) => account.login)).toContain("somebody");
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
