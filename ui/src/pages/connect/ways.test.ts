import { describe, expect, it } from "vitest";
import { someProvider } from "../../testing/someProvider";
import { publicPlace } from "./places";
import { needsClient, signInWay, WAY_BACK, wayNote, waysIn } from "./ways";

const place = (...given: Parameters<typeof someProvider>) => publicPlace(someProvider(...given));

describe("the ways in", () => {
  it("stand in the provider's order, both ways back from a browser as one, a token last", () => {
    expect(waysIn(place("a"))).toEqual(["browser", "device", "token"]);
    expect(waysIn(place("a", { ways: ["device", "loopback"], token: false }))).toEqual(["device", "browser"]);
    expect(waysIn(place("a", { ways: ["paste", "loopback"] }))).toEqual(["paste", "browser", "token"]);
    expect(waysIn(place("a", { ways: [], token: false }))).toEqual([]);
  });
  it("start with the first way back that they stand for", () => {
    const both = place("a", { ways: ["loopback", "deep-link", "paste"] });
    expect([signInWay(both, "browser"), signInWay(both, "paste"), signInWay(both, "device"), signInWay(both, "token")]).toEqual([
      "loopback",
      "paste",
      undefined,
      undefined,
    ]);
  });
  it("need a client, all but a token", () => {
    expect(waysIn(place("a")).filter((way) => needsClient(place("a"), way))).toEqual(["browser", "device"]);
  });
  it("say that a user name goes with a token where it does", () => {
    expect(wayNote(place("a", { token_with_user: true }), "token")).toContain("user name");
    expect(wayNote(place("a"), "token")).not.toContain("user name");
  });
  it("have words for every way back", () => {
    expect(new Set(Object.values(WAY_BACK)).size).toBe(4);
  });
});
