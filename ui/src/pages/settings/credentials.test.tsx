import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderAt } from "../../testing/renderAt";

const open = async () => {
  const rendered = renderAt("/settings?section=credentials");
  await screen.findByText(/None yet\. Here is room/);
  return rendered;
};

const begin = async () => {
  await userEvent.click(await screen.findByRole("button", { name: "Add a credential…" }));
  await screen.findByRole("heading", { name: "Add a credential" });
};

it("makes a key, shows its public half to copy, and removes it after asking", async () => {
  const { platform } = await open();
  await begin();
  await userEvent.type(screen.getByLabelText("Name"), "Deploy");
  await userEvent.type(screen.getByLabelText("Hosts"), "git.alpha.example, *.beta.example");
  await userEvent.type(screen.getByLabelText("Comment"), "mara@heron");
  await userEvent.click(screen.getByRole("button", { name: "Add it" }));
  await userEvent.click(await screen.findByRole("button", { name: "Copy public key" }));
  expect(platform.fake.copied.at(-1)).toMatch(/^ssh-ed25519 .* mara@heron$/);
  expect((await platform.credentialList()).rows[0]).toMatchObject({ label: "Deploy", hosts: ["git.alpha.example", "*.beta.example"] });
  await userEvent.click(screen.getByRole("button", { name: "Remove Deploy" }));
  expect(await screen.findByText(/there may be no other copy/)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Keep it" }));
  expect((await platform.credentialList()).total).toBe(1);
  await userEvent.click(screen.getByRole("button", { name: "Remove Deploy" }));
  await userEvent.click(await screen.findByRole("button", { name: "Remove the credential" }));
  await screen.findByText(/None yet\. Here is room/);
  expect((await platform.credentialList()).total).toBe(0);
});

it("draws the fields of each kind, hides what is secret, and asks for what is missing", async () => {
  const { platform } = await open();
  await begin();
  expect(screen.getByLabelText("Private key").tagName).toBe("TEXTAREA");
  await userEvent.click(screen.getByRole("radio", { name: "User and password" }));
  expect(screen.queryByLabelText("Private key")).toBeNull();
  expect(screen.getByLabelText("Password").getAttribute("type")).toBe("password");
  expect(screen.getByLabelText("User name").getAttribute("type")).not.toBe("password");
  await userEvent.click(screen.getByRole("button", { name: "Add it" }));
  for (const said of ["User name is needed.", "Password is needed.", "Name a host that it is for."]) {
    expect(await screen.findByText(said)).toBeTruthy();
  }
  expect(platform.fake.asked).not.toContain("credentialAdd");
  await userEvent.click(screen.getByRole("radio", { name: "Client credentials" }));
  expect(screen.getByRole("combobox", { name: "Secret sent in" }).textContent).toContain("header");
});

it("says why nothing was stored, and stores it without a check if told so", async () => {
  const { platform } = await open();
  await begin();
  await userEvent.click(screen.getByRole("radio", { name: "User and password" }));
  await userEvent.type(screen.getByLabelText("Name"), "CI");
  await userEvent.type(screen.getByLabelText("Hosts"), "ci.example");
  await userEvent.type(screen.getByLabelText("User name"), "mara");
  await userEvent.type(screen.getByLabelText("Password"), "hunter2");
  await userEvent.type(screen.getByLabelText("Address to check"), "https://ci.example/me");
  platform.fake.failNext("credentialAdd", "host_refused", "ci.example does not accept this.");
  await userEvent.click(screen.getByRole("button", { name: "Add it" }));
  expect(await screen.findByText("ci.example does not accept this.")).toBeTruthy();
  await userEvent.click(screen.getByRole("switch", { name: "Store it without a check" }));
  await userEvent.click(screen.getByRole("button", { name: "Add it" }));
  await waitFor(async () => expect((await platform.credentialList()).rows[0]).toMatchObject({ state: "Not checked" }));
  expect(document.body.textContent).not.toContain("hunter2");
  await userEvent.click(await screen.findByRole("button", { name: "Check CI" }));
  expect(await screen.findByText("Accepted")).toBeTruthy();
});

it("replaces one by another kind, and keeps its name, hosts and account", async () => {
  const { platform } = await open();
  await platform.credentialAdd({ label: "Deploy", hosts: ["git.alpha.example"], account: "account-1", what: { kind: "ssh-key", fields: {} } });
  await userEvent.click(await screen.findByRole("button", { name: "Replace Deploy" }));
  expect(screen.getByLabelText<HTMLInputElement>("Hosts").value).toBe("git.alpha.example");
  await userEvent.click(screen.getByRole("radio", { name: "HTTP headers" }));
  await userEvent.type(screen.getByLabelText("Headers"), "X-Api-Key: 1");
  await userEvent.click(screen.getByRole("button", { name: "Replace it" }));
  expect(await screen.findByText("X-Api-Key")).toBeTruthy();
  expect((await platform.credentialList()).rows).toMatchObject([{ label: "Deploy", account: "account-1" }]);
});
