/** What is typed into the form of a credential: what is missing, and the request it becomes. */
import type { AddCredential, CredentialForm, FormField, TypedFields } from "../../ipc/bindings";

export type Typed = {
  label: string;
  hosts: string;
  /** The account it belongs to: that of the one it replaces. */
  account: string | null;
  ends: string;
  unchecked: boolean;
  values: Readonly<Record<string, string>>;
};

export const NOTHING: Typed = { label: "", hosts: "", account: null, ends: "", unchecked: false, values: {} };

/** The fields of a form in the order in which they are asked for. */
export function fieldsOf({ schema }: CredentialForm): { name: string; field: FormField; needed: boolean }[] {
  return schema["x-order"].flatMap((name) => {
    const field = schema.properties[name];
    return field === undefined ? [] : [{ name, field, needed: schema.required.includes(name) }];
  });
}

/** What is wrong with a field as it stands, as a sentence. Only the keeper knows the rest. */
export function wrongWith(field: FormField, needed: boolean, value: string): string | undefined {
  if (value === "") return needed ? `${field.title} is needed.` : undefined;
  if (value.length > field.maxLength) return `${field.title} is too long.`;
  if (field.pattern != null && !new RegExp(field.pattern, "u").test(value)) return `${field.title}: ${field.description}`;
  return undefined;
}

/** The hosts in a text that has them apart by commas, blanks or lines. */
export function hostsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** The request that the form is; what was left empty is left out. */
export function requestOf(form: CredentialForm, typed: Typed, replaces: string | null): AddCredential {
  const fields = Object.fromEntries(
    fieldsOf(form).flatMap(({ name }) => {
      const value = typed.values[name] ?? "";
      return value === "" ? [] : [[name, value]];
    }),
  );
  return {
    label: typed.label.trim(),
    hosts: hostsIn(typed.hosts),
    account: typed.account,
    ends_at: typed.ends === "" ? null : typed.ends,
    replaces,
    without_check: typed.unchecked,
    // The form and this type are made from one definition.
    what: { kind: form.kind, fields } as TypedFields,
  };
}
