import { describe, expect, it } from "vitest";
import type { Provider } from "../../ipc/bindings";
import { someClient, someProvider } from "../../testing/someProvider";
import { find } from "./finding";

const alpha = someProvider("alpha");
const beta = someProvider("beta", { self_hosted: false });
const chat = someProvider("chat", { category: "chat", self_hosted: false });
const any = someProvider("any", { category: "any", host: null });
const org = someProvider("org", {
  category: "identity",
  host: null,
  self_hosted: false,
  template: "https://{org}.sign.example",
  parts: [{ name: "org", label: "Organisation", hint: "", default: null }],
});

const shown = (providers: readonly Provider[], typed: string) =>
  find(providers, typed).groups.map((group) => [group.title, group.places.map((place) => place.key)]);
const keys = (providers: readonly Provider[], typed: string) => find(providers, typed).groups.flatMap((group) => group.places.map((place) => place.key));

describe("the groups", () => {
  it("are the kinds of service in their order, code hosts first, kinds of server last", () => {
    expect(shown([any, chat, org, alpha, beta], " ")).toEqual([
      ["Code hosts", ["alpha", "beta"]],
      ["Chat and meetings", ["chat"]],
      ["Sign-in services", ["org"]],
      ["Any server", ["any", "alpha at an address"]],
    ]);
  });
  it("have first what can be gone to at once: a client is set up, or somebody is connected", () => {
    const ready = someProvider("alpha", { clients: [someClient("alpha", "https://git.fjordline.example")] });
    const connected = someProvider("chat", { category: "chat", self_hosted: false, connected: 1, connected_at: ["https://chat.example"] });
    expect(shown([ready, connected, beta], "").slice(0, 2)).toEqual([
      ["Ready", ["alpha https://git.fjordline.example", "chat"]],
      ["Code hosts", ["alpha", "beta"]],
    ]);
  });
  it("put a kind that is not known here with any other server", () => {
    expect(shown([someProvider("new", { category: "weather", self_hosted: false })], "")).toEqual([["Any server", ["new"]]]);
  });
});

describe("words", () => {
  it("find by name and by host, without case", () => {
    expect(keys([beta, chat], "BET")).toEqual(["beta"]);
    expect(keys([beta, chat], "beta.ex")).toEqual(["beta"]);
    expect(keys([org, chat], "sign.exam")).toEqual(["org"]);
  });
  it("find a kind of server by its name", () => {
    expect(keys([alpha, beta], "compatible")).toEqual(["alpha at an address"]);
  });
  it("are not taken for an address", () => {
    expect(find([alpha], "zeta").groups).toEqual([]);
    expect(find([alpha], "zeta one.two").groups).toEqual([]);
  });
});

describe("an address", () => {
  it("finds every kind of server that can be given by address, code hosts first", () => {
    const gamma = someProvider("gamma", { category: "work" });
    expect(shown([any, gamma, beta, alpha], "git.fjordline.example/")).toEqual([
      ["Your own server at that address", ["alpha https://git.fjordline.example", "gamma https://git.fjordline.example", "any https://git.fjordline.example"]],
    ]);
  });
  it("finds a public installation by any address on it", () => {
    expect(keys([alpha, beta], "https://alpha.example/some/page")).toEqual(["alpha"]);
  });
  it("finds a known server once, not a second time as a new one", () => {
    const ready = someProvider("alpha", { clients: [someClient("alpha", "https://git.fjordline.example")] });
    expect(keys([beta, ready], "git.fjordline.example")).toEqual(["alpha https://git.fjordline.example"]);
  });
  it("finds whose template made it", () => {
    const found = find([alpha, org], "acme.sign.example").groups.flatMap((group) => group.places);
    expect(found.map((place) => [place.name, place.host])).toEqual([["ORG", "https://acme.sign.example"]]);
  });
  it("may have a port of this computer", () => {
    const at = (typed: string) => find([alpha], typed).groups[0]?.places[0];
    expect(at("http://127.0.0.1:4411")?.host).toBe("http://127.0.0.1:4411");
    expect(at("http://localhost:4411")?.at).toBe("localhost:4411");
  });
  it("is refused unencrypted elsewhere, with the reason", () => {
    const found = find([alpha], "http://git.fjordline.example");
    expect(found.groups).toEqual([]);
    expect(found.refusal).toContain("https://git.fjordline.example");
  });
});
