import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../components/Button";
import { ChoiceList } from "../../components/ChoiceList";
import { Dialog } from "../../components/Dialog";
import { SecretArea } from "../../components/SecretArea";
import { SecretField } from "../../components/SecretField";
import { Select } from "../../components/Select";
import { Switch } from "../../components/Switch";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import type { Credential, CredentialForm, FormField, TypedKind } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { fieldsOf, hostsIn, NOTHING, requestOf, type Typed, wrongWith } from "./credentialFields";
import styles from "./SettingsPage.module.css";

/** Adds a credential, or puts it in place of another: a form drawn from what the keeper says its kind is made of. */
export function CredentialDialog({
  forms,
  replaces,
  onClose,
}: {
  forms: readonly CredentialForm[];
  replaces: Credential | undefined;
  onClose: () => void;
}) {
  const add = useMutation(mutations.credentialAdd());
  const [kind, setKind] = useState<TypedKind>(replaces?.what.kind ?? forms[0]?.kind ?? "ssh-key");
  const [typed, setTyped] = useState<Typed>(() =>
    replaces
      ? {
          ...NOTHING,
          label: replaces.label,
          hosts: replaces.hosts.join(", "),
          account: replaces.account,
          ends: replaces.ends_at?.slice(0, 10) ?? "",
        }
      : NOTHING,
  );
  const [asked, setAsked] = useState(false);
  const form = forms.find((each) => each.kind === kind);
  if (!form) return null;
  const fields = fieldsOf(form);
  const change = (part: Partial<Typed>) => {
    setTyped({ ...typed, ...part });
    if (add.isError) add.reset();
  };
  const noLabel = typed.label.trim() === "" ? "Call it what you will find it by." : undefined;
  const noHost = hostsIn(typed.hosts).length === 0 ? "Name a host that it is for." : undefined;
  const wrong = fields.some(({ name, field, needed }) => wrongWith(field, needed, typed.values[name] ?? "") !== undefined);

  function submit() {
    if (add.isPending || !form) return;
    setAsked(true);
    if (noLabel !== undefined || noHost !== undefined || wrong) return;
    add.mutate(requestOf(form, typed, replaces?.id ?? null), { onSuccess: onClose });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title={replaces ? `Replace ${replaces.label}` : "Add a credential"}
      actions={
        <>
          <Button type="submit" variant="primary" busy={add.isPending ? (typed.unchecked ? "Sealing…" : "Checking…") : undefined}>
            {replaces ? "Replace it" : "Add it"}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className={styles.form}>
        <ChoiceList
          label="Kind"
          look="rows"
          value={kind}
          onChange={(next) => {
            setKind(next);
            if (add.isError) add.reset();
          }}
          choices={forms.map((each) => ({ value: each.kind, title: each.title, note: each.sentence }))}
          onEnter={submit}
        />
        <TextField label="Name" value={typed.label} onChange={(label) => change({ label })} maxLength={60} error={asked ? noLabel : undefined} />
        <TextField
          label="Hosts"
          hint="Where it may be used, such as git.example.org or *.example.org; several with commas between."
          mono
          value={typed.hosts}
          onChange={(hosts) => change({ hosts })}
          error={asked ? noHost : undefined}
        />
        {fields.map(({ name, field, needed }) => (
          <SchemaField
            key={name}
            field={field}
            value={typed.values[name] ?? ""}
            onChange={(value) => change({ values: { ...typed.values, [name]: value } })}
            error={asked ? wrongWith(field, needed, typed.values[name] ?? "") : undefined}
          />
        ))}
        <TextField label="Ends on" hint="Only if you know it; the calendar reminds you." type="date" value={typed.ends} onChange={(ends) => change({ ends })} />
        <div className={styles.switchLine}>
          <span>
            Store it without a check
            <span className={styles.note}>Nobody is asked whether it works.</span>
          </span>
          <Switch label="Store it without a check" on={typed.unchecked} onChange={(unchecked) => change({ unchecked })} />
        </div>
        {replaces && <p className={styles.note}>Everything is typed anew: what is stored is never shown, and never bound to other hosts.</p>}
        <ProblemText problem={add.error} />
      </div>
    </Dialog>
  );
}

/** One field of a schema: secret or not, of one line or several, or one of a few. */
function SchemaField({
  field,
  value,
  onChange,
  error,
}: {
  field: FormField;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  const shared = { label: field.title, hint: field.description, value, onChange, error };
  if (field.enum != null) {
    const options = field.enum.map((each) => ({ value: each, label: each }));
    return (
      <div className={styles.switchLine}>
        <span>
          {field.title}
          <span className={styles.note}>{field.description}</span>
        </span>
        <Select label={field.title} value={value === "" ? (field.default ?? field.enum[0] ?? "") : value} options={options} onChange={onChange} />
      </div>
    );
  }
  if (field.contentMediaType != null) return <SecretArea {...shared} />;
  return field.writeOnly ? <SecretField {...shared} autoComplete="off" /> : <TextField {...shared} />;
}
