import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import type { SignIn } from "../../ipc/bindings";
import { problemOf } from "../ProblemText";
import styles from "./SignInPage.module.css";

/** Takes the code that a host showed in the browser. */
export function CodeForm({ signIn }: { signIn: SignIn }) {
  const [code, setCode] = useState("");
  const [asked, setAsked] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const hand = useMutation(mutations.signInPaste());
  const problem = problemOf(hand.error);
  const missing = code.trim() === "" ? `Paste the code that ${signIn.host_label} shows.` : undefined;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (hand.isPending) return;
    setAsked(true);
    if (missing) field.current?.focus();
    else hand.mutate({ id: signIn.id, code: code.trim() }, { onError: () => field.current?.select() });
  }

  return (
    <form className={styles.bring} onSubmit={submit}>
      <TextField
        ref={field}
        label="Paste the code"
        hint={`When you have approved Drawbridge there, ${signIn.host_label} shows a code. The whole address of that page is fine, too.`}
        mono
        value={code}
        onChange={(text) => {
          setCode(text);
          if (hand.isError) hand.reset();
        }}
        error={problem ? [problem.message, problem.hint].filter(Boolean).join(" ") : asked ? missing : undefined}
        beside={
          <Button type="submit" variant="primary" keys={["↵"]} busy={hand.isPending ? "Handing it in…" : undefined}>
            Hand it in
          </Button>
        }
      />
    </form>
  );
}
