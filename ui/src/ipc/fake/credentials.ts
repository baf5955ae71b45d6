/** The credentials that a person typed into the fake. */
import type { AddCredential, CheckOutcome, Code, Credential, Ending, Tag, TypedFacts, TypedFields } from "../bindings";
import type { Platform, ProblemError } from "../platform";
import { FORMS } from "./forms";

type Tools = {
  now: () => Date;
  nextId: () => number;
  refuse: (code: Code, message: string, hint?: string) => ProblemError;
  changed: (...tags: Tag[]) => void;
};

const DAY = 24 * 3_600_000;

/** What may be shown of what was typed. */
function facts(what: TypedFields): { what: TypedFacts; summary: string; asks: string | null } {
  switch (what.kind) {
    case "ssh-key": {
      const fingerprint = "SHA256:uNiVztksCsDhcc0u9e8BrrRDHgmFXKxrWIFBQzsHZq4";
      const comment = what.fields.comment ?? "";
      const public_key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti ${comment}`.trim();
      return { what: { kind: what.kind, facts: { algorithm: "ssh-ed25519", public_key, fingerprint, comment } }, summary: fingerprint, asks: null };
    }
    case "headers": {
      const names = what.fields.headers.split("\n").map((line) => line.split(":")[0]?.trim() ?? "").filter(Boolean);
      const check_url = what.fields.check_url ?? null;
      return { what: { kind: what.kind, facts: { names, check_url } }, summary: names.join(", "), asks: check_url };
    }
    case "basic": {
      const check_url = what.fields.check_url ?? null;
      return { what: { kind: what.kind, facts: { user: what.fields.user, check_url } }, summary: what.fields.user, asks: check_url };
    }
    case "client-credentials": {
      const { client_id, token_endpoint } = what.fields;
      const scopes = (what.fields.scopes ?? "").split(" ").filter(Boolean);
      const secret_in = what.fields.secret_in ?? "header";
      return { what: { kind: what.kind, facts: { token_endpoint, client_id, scopes, secret_in } }, summary: `${client_id} at ${new URL(token_endpoint).host}`, asks: token_endpoint };
    }
  }
}

export function fakeCredentials({ now, nextId, refuse, changed }: Tools) {
  let credentials: readonly Credential[] = [];
  const keep = (next: readonly Credential[]) => {
    credentials = next;
    changed("credentials");
  };
  const known = (id: string) => {
    const found = credentials.find((each) => each.id === id);
    if (!found) throw refuse("not_found", "There is no credential with that id here.", "The list shows what there is.");
    return found;
  };
  const checked = (outcome: CheckOutcome | null, kind: TypedFacts["kind"]): Pick<Credential, "outcome" | "checked_at" | "state"> => ({
    outcome,
    checked_at: outcome === null ? null : now().toISOString(),
    state: outcome === null ? "Not checked" : kind === "ssh-key" ? "The key can be read" : "Accepted",
  });
  const commands: Pick<Platform, "credentialKinds" | "credentialList" | "credentialShow" | "credentialAdd" | "credentialCheck" | "credentialRemove"> = {
    credentialKinds: async () => FORMS,
    credentialList: async () => ({ total: credentials.length, rows: [...credentials] }),
    credentialShow: async (id) => known(id),
    credentialAdd: async (added: AddCredential) => {
      if ((added.hosts ?? []).length === 0 && (added.account ?? null) === null) {
        throw refuse("invalid_input", "A credential is for certain hosts or for an account.", "Name a host, or the account it belongs to.");
      }
      const same = credentials.find((each) => each.label.toLowerCase() === added.label.toLowerCase() && each.id !== added.replaces);
      if (same) throw refuse("invalid_input", `There is a credential called ${same.label} already. Nothing was changed.`, "Choose another name, or replace that one.");
      const replaced = added.replaces == null ? undefined : known(added.replaces);
      const { what, summary, asks } = facts(added.what);
      const asked = added.without_check !== true && (what.kind === "ssh-key" || asks !== null);
      const one: Credential = {
        id: replaced?.id ?? `credential-${nextId()}`,
        label: added.label,
        account: added.account ?? null,
        hosts: added.hosts ?? [],
        what,
        title: FORMS.find((form) => form.kind === what.kind)?.title ?? what.kind,
        summary,
        added_at: replaced?.added_at ?? now().toISOString(),
        changed_at: now().toISOString(),
        ends_at: added.ends_at == null ? null : `${added.ends_at}T12:00:00Z`,
        ...checked(asked ? "accepted" : null, what.kind),
      };
      keep([...credentials.filter((each) => each.id !== one.id), one]);
      return one;
    },
    credentialCheck: async (id) => {
      const one = { ...known(id), ...checked("accepted", known(id).what.kind) };
      keep(credentials.map((each) => (each.id === id ? one : each)));
      return one;
    },
    credentialRemove: async (id) => {
      const gone = known(id);
      keep(credentials.filter((each) => each !== gone));
      return { label: gone.label, sentence: `${gone.label} is removed here. Take its public key away where you added it.` };
    },
  };
  const endings = (): Ending[] =>
    credentials.flatMap((each) => {
      if (each.ends_at === null) return [];
      const left = Date.parse(each.ends_at) - now().getTime();
      const days_left = Math.max(0, Math.floor(left / DAY));
      const sentence = `${each.title}: replace it before, here and at its host`;
      return [{ account: null, credential: each.id, client: null, login: each.label, host_label: each.hosts[0] ?? "", provider: null, kind: "credential", at: each.ends_at, by_itself: false, days_left, over: left <= 0, sentence }];
    });
  return { commands, endings };
}
