import { describe, expect, it } from "vitest";
import { someClient, someProvider } from "../../testing/someProvider";
import { ADDRESS, clientsAt, complete, connectedAt, isOfTemplate, placeOf, publicPlace, reachable, readAddress, serverPlace, unaddressedPlace } from "./places";

const alpha = someProvider("alpha");
const part = { name: "org", label: "Organisation", hint: "", default: null };
const org = someProvider("org", { host: null, self_hosted: false, template: "https://{org}.sign.example", parts: [part] });
const tenant = someProvider("tenant", {
  host: "https://sign.example/common",
  self_hosted: false,
  template: "https://sign.example/{tenant}",
  parts: [{ name: "tenant", label: "Tenant", hint: "", default: "common" }],
});
const alone = someProvider("alone", { host: null });

describe("readAddress", () => {
  it.each(["http://127.evil.example", "http://localhost.evil.example", "http://10.0.0.1"])("does not take %s for this computer", (text) => {
    expect(readAddress(text).kind).toBe("refused");
  });
  it.each(["https://a@git.example", "https://git.example?x=1", "https://git.example#x", "ftp://git.example", "https://"])(
    "refuses %s",
    (text) => {
      expect(readAddress(text).kind).toBe("refused");
    },
  );
  it("keeps a path and drops the slash at its end", () => {
    expect(readAddress("git.example/forge/")).toEqual({ kind: "address", address: "https://git.example/forge" });
  });
});

describe("a place whose address is open", () => {
  it("is what has a template, has no public installation, or is only a kind of server", () => {
    expect([alpha, org, tenant, alone].map((provider) => publicPlace(provider).open)).toEqual([undefined, "parts", "parts", "address"]);
    expect(unaddressedPlace(alpha)).toMatchObject({ open: "address", host: null, name: "ALPHA-compatible server" });
  });

  it("is completed by the parts of its template", () => {
    expect(complete(publicPlace(org), { org: " acme-2 " })).toMatchObject({ place: { host: "https://acme-2.sign.example", name: "ORG" } });
  });

  it.each(["a/b", "acme.sign.example/", "https://acme", "a b", "a?b", "ä", "a@b", "{org}"])("takes no %s for a part", (typed) => {
    expect(complete(publicPlace(org), { org: typed })).toMatchObject({ wrong: { org: expect.stringContaining("Only letters, digits") as string } });
  });

  it("says which part is missing, by its label", () => {
    expect(complete(publicPlace(org), {})).toEqual({ wrong: { org: "Give the organisation." } });
  });

  it("stands where its defaults lead as long as nobody fills them in", () => {
    const place = publicPlace(tenant);
    expect(complete(place, {})).toMatchObject({ place: { key: "tenant", host: null, at: "sign.example/common" } });
    expect(reachable(place)).toMatchObject({ host: null, at: "sign.example/common" });
    expect(complete(place, { tenant: "acme" })).toMatchObject({ place: { host: "https://sign.example/acme" } });
    expect(reachable(publicPlace(org))).toBeUndefined();
  });

  it("is completed by a whole address, with a reason where that can't be used", () => {
    expect(complete(publicPlace(alone), { [ADDRESS]: "git.example/" })).toMatchObject({ place: { host: "https://git.example", name: "ALONE" } });
    expect(complete(publicPlace(alone), {})).toMatchObject({ wrong: { [ADDRESS]: expect.stringContaining("git.example.org") as string } });
    expect(complete(publicPlace(alone), { [ADDRESS]: "http://git.example" })).toMatchObject({
      wrong: { [ADDRESS]: expect.stringContaining("unencrypted") as string },
    });
  });
});

describe("isOfTemplate", () => {
  it("wants the template's own letters around one part", () => {
    expect(isOfTemplate(org, "https://acme.sign.example")).toBe(true);
    for (const other of ["https://sign.example", "https://.sign.example", "https://acme.signXexample", "https://acme.sign.example/more", "https://a/b.sign.example"]) {
      expect(isOfTemplate(org, other), other).toBe(false);
    }
    expect(isOfTemplate(alpha, "https://alpha.example")).toBe(false);
  });
});

describe("clientsAt", () => {
  it("knows which clients belong to the place, whatever the case or the slash at the end", () => {
    const ready = someProvider("alpha", { clients: [someClient("alpha", "https://alpha.example"), someClient("alpha", "https://Git.example/")] });
    expect(clientsAt(publicPlace(ready)).map((client) => client.id)).toEqual(["https://alpha.example"]);
    expect(clientsAt(serverPlace(ready, "https://git.example")).map((client) => client.id)).toEqual(["https://Git.example/"]);
    expect(clientsAt(unaddressedPlace(ready))).toEqual([]);
  });
  it("has the one that is taken first at its head", () => {
    const host = "https://alpha.example";
    const clients = [someClient("alpha", host, { id: "1", preferred: false }), someClient("alpha", host, { id: "2" })];
    expect(clientsAt(publicPlace(someProvider("alpha", { clients }))).map((client) => client.id)).toEqual(["2", "1"]);
  });
});

describe("placeOf", () => {
  it("tells the public installation from a server of one's own", () => {
    expect(placeOf([alpha], "alpha", undefined)?.host).toBeNull();
    expect(placeOf([alpha], "alpha", "https://alpha.example/")?.host).toBeNull();
    expect(placeOf([alpha], "alpha", "https://git.example")?.host).toBe("https://git.example");
    expect(placeOf([alpha], "gone", undefined)).toBeUndefined();
  });
});

describe("accounts at a place", () => {
  it("are counted at their own host, not at another of the same kind", () => {
    const own = "https://git.fjordline.example";
    const provider = someProvider("alpha", { connected: 2, connected_at: [own, own] });
    expect(connectedAt(publicPlace(provider))).toBe(0);
    expect(connectedAt(serverPlace(provider, "https://GIT.fjordline.example/"))).toBe(2);
  });
});
