import { describe, expect, it } from "vitest";
import type { Provider } from "../../ipc/bindings";
import { clientsAt, find, placeOf, publicPlace, readAddress, serverPlace } from "./places";

function provider(id: string, over: Partial<Provider> = {}): Provider {
  return {
    id,
    name: id.toUpperCase(),
    monogram: id.slice(0, 2),
    host: `https://${id}.example`,
    self_hosted: true,
    ways: ["deep-link", "loopback", "device"],
    token: true,
    scopes: [],
    token_page: null,
    client_page: null,
    redirects: [],
    clients: [],
    connected: 0,
    ...over,
  };
}

const alpha = provider("alpha");
const beta = provider("beta", { self_hosted: false });

describe("find", () => {
  it("shows every service while nothing is typed", () => {
    expect(find([alpha, beta], " ").places.map((place) => place.key)).toEqual(["alpha", "beta"]);
  });
  it("names the kinds of server that can be given by address, before there is an address", () => {
    expect(find([alpha, beta], "").servers).toMatchObject([{ name: "ALPHA-compatible server", unaddressed: true }]);
  });
  it("finds by name and by host, without case", () => {
    expect(find([alpha, beta], "ALP").places.map((place) => place.key)).toEqual(["alpha"]);
    expect(find([alpha, beta], "beta.ex").places.map((place) => place.key)).toEqual(["beta"]);
  });
  it("offers a server at a typed address, of each kind that can be given by address", () => {
    const found = find([alpha, beta], "git.fjordline.example/");
    expect(found.places).toEqual([]);
    expect(found.servers.map((place) => [place.name, place.host])).toEqual([
      ["ALPHA-compatible server", "https://git.fjordline.example"],
    ]);
  });
  it("knows a public installation by any address on it", () => {
    const found = find([alpha, beta], "https://alpha.example/some/page");
    expect(found.places.map((place) => place.key)).toEqual(["alpha"]);
    expect(found.servers).toEqual([]);
  });
  it("does not take words for an address", () => {
    expect(find([alpha], "zeta").servers).toEqual([]);
    expect(find([alpha], "zeta one.two").servers).toEqual([]);
  });
  it("takes a port of this computer", () => {
    expect(find([alpha], "http://127.0.0.1:4411").servers[0]?.host).toBe("http://127.0.0.1:4411");
    expect(find([alpha], "http://localhost:4411").servers[0]?.at).toBe("localhost:4411");
  });
  it("refuses an unencrypted address elsewhere, with the reason", () => {
    const found = find([alpha], "http://git.fjordline.example");
    expect(found.servers).toEqual([]);
    expect(found.refusal).toContain("https://git.fjordline.example");
  });
});

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

describe("a server with a client", () => {
  const client = (host: string) => ({
    id: host,
    provider: "alpha",
    host,
    api_url: host,
    client_id: "c",
    has_secret: false,
    added_at: "2026-11-22T12:00:00Z",
  });
  const ready = provider("alpha", { clients: [client("https://git.fjordline.example")] });
  it("is offered without its address being typed, and first", () => {
    expect(find([beta, ready], "").places.map((place) => place.key)).toEqual([
      "alpha https://git.fjordline.example",
      "beta",
      "alpha",
    ]);
  });
  it("is found by its address once, not a second time as a new server", () => {
    const found = find([beta, ready], "git.fjordline.example");
    expect([found.places.map((place) => place.at), found.servers]).toEqual([["git.fjordline.example"], []]);
  });
});

describe("clientsAt", () => {
  it("knows which clients belong to the place, whatever the case or the slash at the end", () => {
    const at = (host: string) => ({
      id: host,
      provider: "alpha",
      host,
      api_url: host,
      client_id: "c",
      has_secret: false,
      added_at: "2026-11-22T12:00:00Z",
    });
    const ready = provider("alpha", { clients: [at("https://alpha.example"), at("https://Git.example/")] });
    expect(clientsAt(publicPlace(ready)).map((client) => client.id)).toEqual(["https://alpha.example"]);
    expect(clientsAt(serverPlace(ready, "https://git.example")).map((client) => client.id)).toEqual(["https://Git.example/"]);
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
