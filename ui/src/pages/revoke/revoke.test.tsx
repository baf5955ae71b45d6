import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { renderAt } from "../../testing/renderAt";

const region = (name: string) => within(screen.getByRole("region", { name }));

describe("revoking everything", () => {
  it("is reached from security and from the palette, and says what ends and what only the person can end", async () => {
    const { platform, at } = renderAt("/settings?section=security");
    await userEvent.click(await screen.findByRole("button", { name: "Revoke everything…" }));
    expect(at()).toBe("/revoke");
    expect(await screen.findByText(/4 sign-ins are ended at their hosts first\. 2 only you can end/)).toBeTruthy();
    expect(region("Ended at their hosts").getByText("fjordline-mara")).toBeTruthy();
    const byHand = region("Only you can end these");
    await userEvent.click(byHand.getByRole("button", { name: /code\.tidewater\.example/ }));
    expect(platform.fake.opened).toEqual(["tidewater#revoke"]);
    await userEvent.keyboard("{Escape}");
    expect(at()).toBe("/settings?section=security");
    await userEvent.keyboard("{Control>}k{/Control}");
    const palette = within(await screen.findByRole("dialog"));
    await userEvent.type(palette.getByRole("combobox"), "lost laptop{Enter}");
    await waitFor(() => expect(at()).toBe("/revoke"));
    expect(platform.fake.asked).not.toContain("accountDisconnectAll");
  });

  it("asks for the passphrase, shows how far it is, and ends in receipts with what is left first", async () => {
    const { platform } = renderAt("/revoke", { pace: 40 });
    const field = await screen.findByLabelText("Passphrase");
    await userEvent.type(field, "oxbow{Enter}");
    expect(await screen.findByText(/^That is not the passphrase\./)).toBeTruthy();
    expect((await platform.accountList()).total).toBe(6);
    await userEvent.clear(field);
    await userEvent.type(field, "oxbow lantern{Enter}");
    expect(await screen.findByText(/^[0-5] of 6 accounts are through/)).toBeTruthy();
    expect(screen.getByRole("progressbar", { name: "How far it is" })).toBeTruthy();
    expect(await screen.findByRole("heading", { name: "3 ended, 1 waits for its host, 2 are left for you" })).toBeTruthy();
    const groups = screen.getAllByRole("region").map((each) => each.getAttribute("aria-label"));
    expect(groups.filter((name) => name !== null && !name.includes("3 ended"))).toEqual(["Left for you", "Ended as soon as the host can be reached", "Ended"]);
    await userEvent.click(region("Left for you").getByRole("button", { name: /git\.berg\.example/ }));
    expect(platform.fake.opened).toEqual(["berg#revoke"]);
    expect((await platform.accountList()).total).toBe(0);
  });

  it("can be left and come back to, also when somebody has connected again", async () => {
    const { platform, router } = renderAt("/revoke");
    await userEvent.type(await screen.findByLabelText("Passphrase"), "oxbow lantern{Enter}");
    await screen.findByRole("heading", { name: /^3 ended/ });
    await router.navigate({ to: "/accounts" });
    await platform.connectToken({ provider: "pontoon", host: "https://pontoon.example", api_url: null, token: "long enough" });
    await router.navigate({ to: "/revoke" });
    await screen.findByRole("heading", { name: /^3 ended/ });
    await userEvent.click(await screen.findByRole("button", { name: "Revoke the one that is connected now…" }));
    expect(await screen.findByText(/Drawbridge can end no access at its host/)).toBeTruthy();
    await userEvent.type(screen.getByLabelText("Passphrase"), "oxbow lantern{Enter}");
    expect(await screen.findByRole("heading", { name: "1 is left for you" })).toBeTruthy();
  });

  it("says what goes on working although everything was revoked", async () => {
    const { platform } = renderAt("/revoke", { slots: ["keychain"] });
    expect(await screen.findByText("The keychain is asked; there is nothing to type.")).toBeTruthy();
    expect(screen.queryByRole("region", { name: "Not touched" })).toBeNull();
    const what = { kind: "headers", fields: { headers: "X-Key: 1", check_url: null } } as const;
    await platform.credentialAdd({ label: "Berths", hosts: ["api.berths.example"], account: null, ends_at: null, replaces: null, without_check: true, what });
    expect(await screen.findByText("1 credential that you brought")).toBeTruthy();
  });

  it("has nothing to do where nobody is connected", async () => {
    renderAt("/revoke", { accounts: "none" });
    expect(await screen.findByText(/there is nothing to revoke/)).toBeTruthy();
  });
});
