import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderAt } from "../../testing/renderAt";

it("keeps a change as it is made", async () => {
  const { platform } = renderAt("/settings");
  const letters = await screen.findByRole("switch", { name: "Single-letter keys in lists", checked: true });
  await userEvent.click(letters);
  await screen.findByRole("switch", { name: "Single-letter keys in lists", checked: false });
  expect(await platform.settings()).toMatchObject({ single_keys: false, close_to_tray: true });
});

it("says why a change was not kept", async () => {
  const { platform } = renderAt("/settings");
  platform.fake.failNext("setSettings", "disk", "The vault can't be written.");
  await userEvent.click(await screen.findByRole("switch", { name: "Single-letter keys in lists" }));
  expect(await screen.findByText("The vault can't be written.")).toBeTruthy();
  expect(screen.getByRole("switch", { name: "Single-letter keys in lists", checked: true })).toBeTruthy();
});

it("keeps colours and rows in this window, and shows them at once", async () => {
  renderAt("/settings");
  await userEvent.click(await screen.findByRole("radio", { name: "Dark" }));
  expect(document.documentElement.dataset.theme).toBe("dark");
  expect(JSON.parse(localStorage.getItem("appearance") ?? "{}")).toMatchObject({ theme: "dark" });
  await userEvent.click(screen.getByRole("radio", { name: "As the system" }));
  expect(document.documentElement.dataset.theme).toBeUndefined();
});

it("turns background syncs off by the last of the intervals", async () => {
  const { platform } = renderAt("/settings?section=sync");
  await userEvent.click(await screen.findByRole("combobox", { name: "Look for changes" }));
  await userEvent.click(await screen.findByRole("option", { name: "Off" }));
  await waitFor(async () => expect((await platform.settings()).sync_every_minutes).toBe(0));
  expect(await screen.findByText("Only when you ask. The list says how old it is.")).toBeTruthy();
});

it("asks before a client is removed", async () => {
  const { platform } = renderAt("/settings?section=clients");
  expect((await screen.findByText(/Iv1\.8a61f9b3a7aba766/)).closest("li")?.textContent).toContain("secret sealed in the vault");
  await userEvent.click(screen.getByRole("button", { name: "Remove…" }));
  await userEvent.click(await screen.findByRole("button", { name: "Remove the client" }));
  await waitFor(async () => expect((await platform.clientList()).total).toBe(0));
  expect(await screen.findByText(/None yet\. A client is how/)).toBeTruthy();
});

it("says what came of removing a client that Drawbridge registered", async () => {
  const { platform } = renderAt("/settings?section=clients", { clientReady: false });
  await platform.clientRegister({ provider: "by-address", host: "https://sso.fjordline.example" });
  expect((await screen.findByText(/registered by Drawbridge/)).textContent).toContain("without a secret");
  await userEvent.click(screen.getByRole("button", { name: "Remove…" }));
  expect(await screen.findByText(/asks sso\.fjordline\.example to forget it/)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Remove the client" }));
  expect(await screen.findByText("Unregistered at sso.fjordline.example, then removed here.")).toBeTruthy();
  expect((await platform.clientList()).total).toBe(0);
});

it("adds a client for a server of one's own, and comes back", async () => {
  const { platform, at } = renderAt("/settings?section=clients", { clientReady: false });
  await userEvent.click(await screen.findByRole("button", { name: "Add a client…" }));
  await screen.findByRole("heading", { name: "Add a client" });
  expect(screen.queryByRole("option", { name: /Stratus Cloud/ })).toBeNull();
  await userEvent.keyboard("git.fjordline.example{Enter}");
  await screen.findByText(/does not show what kind of server it is/);
  await userEvent.keyboard("{Enter}");
  await userEvent.type(await screen.findByLabelText("Client id"), "Iv1.77{Enter}");
  await waitFor(() => expect(at()).toBe("/settings?section=clients"));
  expect((await platform.clientList()).rows[0]?.host).toBe("https://git.fjordline.example");
});

it("says of one client alone that it is being changed", async () => {
  const { platform } = renderAt("/settings?section=clients");
  await screen.findByText(/Iv1\.8a61f9b3a7aba766/);
  for (const client_id of ["Iv1.second", "Iv1.third"]) {
    await platform.clientAdd({ provider: "github", host: null, api_url: null, client_id, client_secret: null, name: client_id });
  }
  await waitFor(() => expect(screen.getAllByRole("button", { name: "Take this one first" })).toHaveLength(2));
  let release = () => {};
  const prefer = platform.clientPrefer;
  platform.clientPrefer = async (id) => {
    await new Promise<void>((go) => (release = go));
    return prefer(id);
  };
  await userEvent.click(screen.getAllByRole("button", { name: "Take this one first" })[0]!);
  expect(await screen.findAllByText("Changing…")).toHaveLength(1);
  release();
  await waitFor(() => expect(screen.queryByText("Changing…")).toBeNull());
});

it("takes another client first", async () => {
  const { platform } = renderAt("/settings?section=clients");
  await screen.findByText(/Iv1\.8a61f9b3a7aba766/);
  // With one there is nothing to choose.
  expect(screen.queryByText("Taken first")).toBeNull();
  await platform.clientAdd({ provider: "github", host: null, api_url: null, client_id: "Iv1.second", client_secret: null, name: "For the ferry" });
  const line = (await screen.findByText(/^For the ferry/)).closest("li") as HTMLElement;
  expect(line.textContent).toContain("your own");
  await userEvent.click(within(line).getByRole("button", { name: "Take this one first" }));
  await waitFor(() => expect(screen.getByText("Taken first").closest("li")?.textContent).toContain("For the ferry"));
  expect((await platform.clientList()).rows.filter((client) => client.preferred).map((client) => client.name)).toEqual(["For the ferry"]);
});
