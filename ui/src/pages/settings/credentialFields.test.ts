import { describe, expect, it } from "vitest";
import type { CredentialForm } from "../../ipc/bindings";
import { FORMS } from "../../ipc/fake/forms";
import { fieldsOf, hostsIn, NOTHING, requestOf, wrongWith } from "./credentialFields";

const form = (kind: string): CredentialForm => {
  const found = FORMS.find((each) => each.kind === kind);
  if (!found) throw new Error(kind);
  return found;
};

describe("a form", () => {
  it("asks in its own order, for everything it has", () => {
    for (const each of FORMS) {
      const names = fieldsOf(each).map(({ name }) => name);
      expect(names).toEqual(each.schema["x-order"]);
      expect([...names].sort()).toEqual(Object.keys(each.schema.properties).sort());
    }
    expect(fieldsOf(form("client-credentials")).filter(({ field }) => field.writeOnly).map(({ name }) => name)).toEqual(["client_secret"]);
  });

  it("says what is missing or does not fit", () => {
    const user = fieldsOf(form("basic"))[0]!;
    expect(wrongWith(user.field, user.needed, "")).toBe("User name is needed.");
    expect(wrongWith(user.field, user.needed, "an:na")).toBe("User name: Without a colon.");
    expect(wrongWith(user.field, user.needed, "a".repeat(301))).toBe("User name is too long.");
    expect(wrongWith(user.field, user.needed, "anna")).toBeUndefined();
    expect(wrongWith(user.field, false, "")).toBeUndefined();
  });

  it("becomes a request without what was left empty or belongs to another kind", () => {
    const values = { user: "anna", password: " p ", check_url: "", headers: "X: 1" };
    expect(requestOf(form("basic"), { ...NOTHING, label: " CI ", hosts: "a.example, *.b.example", values }, "one")).toEqual({
      label: "CI",
      hosts: ["a.example", "*.b.example"],
      account: null,
      ends_at: null,
      replaces: "one",
      without_check: false,
      what: { kind: "basic", fields: { user: "anna", password: " p " } },
    });
  });

  it("keeps the account that the replaced one belongs to", () => {
    expect(requestOf(form("basic"), { ...NOTHING, label: "CI", hosts: "a.example", account: "account-1" }, "one").account).toBe("account-1");
  });

  it("takes hosts however they are apart", () => {
    expect(hostsIn(" a.example,b.example\nc.example ")).toEqual(["a.example", "b.example", "c.example"]);
    expect(hostsIn("  ")).toEqual([]);
  });
});
