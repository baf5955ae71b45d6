import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { SignInWay } from "../../ipc/bindings";
import { renderAt } from "../../testing/renderAt";

async function open(way: SignInWay) {
  const rendered = renderAt("/accounts");
  const request = { provider: "github", host: null, api_url: null, client: null, way, account: null, scopes: [] };
  const { id } = await rendered.platform.signInStart(request);
  await rendered.router.navigate({ to: "/sign-in/$id", params: { id } });
  await screen.findByRole("heading", { name: "Sign in at github.com" });
  return { ...rendered, id };
}
const now = () => within(screen.getByRole("list", { name: "Where the sign-in stands" }).querySelector<HTMLElement>("[aria-current=step]")!);

describe("a device code", () => {
  it("is shown as a QR code on request, by keyboard alone, with the code still beside it", async () => {
    const { platform } = await open("device");
    const [signIn] = await platform.signInList();
    expect(screen.queryByRole("img", { name: /QR code/ })).toBeNull();
    const show = screen.getByRole("button", { name: "Show a QR code", expanded: false });
    show.focus();
    await userEvent.keyboard("{Enter}");
    const drawn = screen.getByRole("img", { name: "QR code of github.com/login/device" });
    // Every dark module, and none beside: the runs of the path are as long as there are marks.
    const lengths = [...(drawn.querySelector("path")?.getAttribute("d") ?? "").matchAll(/h(\d+)v1/g)].map((run) => Number(run[1]));
    const dark = signIn!.qr!.rows.join("").split("#").length - 1;
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(dark);
    const side = signIn!.qr!.rows.length + 8;
    expect(drawn.getAttribute("viewBox")).toBe(`0 0 ${side} ${side}`);
    expect(screen.getByText(/opens with the code filled in\. See there that it is the same code\./)).toBeTruthy();
    expect(screen.getByText("WDJB-MJHT")).toBeTruthy();
    expect(document.activeElement?.textContent).toBe("Hide the QR code");
    await userEvent.keyboard("{Enter}");
    expect(screen.queryByRole("img", { name: /QR code/ })).toBeNull();
  });
});

describe("a link that does not come back", () => {
  it("is joined by a port of this computer, which is said; the way that is open is not offered again", async () => {
    const { platform, id } = await open("deep-link");
    expect(now().getByText(/^The link back opens Drawbridge by itself/)).toBeTruthy();
    expect(await screen.findByRole("button", { name: "Use this computer’s address" })).toBeTruthy();
    platform.fake.listenToo(id);
    expect(await now().findByText(/has not arrived, so it now also listens at 127\.0\.0\.1:49152\. Approve once more/)).toBeTruthy();
    expect(screen.getByText("App link, then this computer’s own address")).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole("button", { name: "Use this computer’s address" })).toBeNull());
    expect(screen.getByPlaceholderText("http://127.0.0.1:49152/…?code=…")).toBeTruthy();
  });
});
