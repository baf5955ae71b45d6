import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { Button } from "../../components/Button";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import type { SignIn, SignInWay } from "../../ipc/bindings";
import { problemOf, ProblemText } from "../ProblemText";
import { placeOf } from "./places";
import type { SignInSearch } from "./search";
import styles from "./SignInPage.module.css";
import { useStartSignIn } from "./useStartSignIn";
import { wayInOf } from "./ways";

/** What to do when the browser's answer does not come by itself. Open at once, not behind "trouble?". */
export function OtherWays({ signIn, search }: { signIn: SignIn; search: SignInSearch }) {
  const navigate = useNavigate();
  const providers = useQuery(queries.providerList()).data ?? [];
  const place = placeOf(providers, signIn.provider, signIn.host);
  const start = useStartSignIn();
  const offers = (way: SignInWay) => signIn.way !== way && place?.provider.ways.includes(way);
  const byHand = signIn.way === "device" || signIn.way === "paste";
  const back = place?.provider.ways.find((way) => wayInOf(way) === "browser");

  function change(way: SignInWay) {
    start.run({ ...search, provider: signIn.provider, host: signIn.host, way }, signIn.id);
  }

  return (
    <section className={styles.section} aria-labelledby="other">
      <h2 id="other">{signIn.way === "paste" ? "No code was shown?" : "Nothing came back?"}</h2>
      {!byHand && <PasteForm signIn={signIn} />}
      <ul className={styles.ways}>
        {offers("device") && (
          <Way title="Use a code instead" note="You open a short address on any device and type a code there.">
            <Button size="small" busy={start.busy} onClick={() => change("device")}>
              Get a code
            </Button>
          </Way>
        )}
        {offers("paste") && (
          <Way title="Bring a code back" note={`${signIn.host_label} shows a code when you have approved it, and you paste it here.`}>
            <Button size="small" busy={start.busy} onClick={() => change("paste")}>
              Let it show a code
            </Button>
          </Way>
        )}
        {offers("loopback") && signIn.way === "deep-link" && signIn.listens_at === null && (
          <Way
            title="Let the browser come back to this computer’s own address"
            note="For browsers and systems that do not open app links."
          >
            <Button size="small" busy={start.busy} onClick={() => change("loopback")}>
              Use this computer’s address
            </Button>
          </Way>
        )}
        {byHand && back !== undefined && (
          <Way title="Use the browser instead" note="You approve it there and come back here.">
            <Button size="small" busy={start.busy} onClick={() => change(back)}>
              Continue in the browser
            </Button>
          </Way>
        )}
        {place?.provider.token && (
          <Way
            title="Paste an access token"
            note={`You make it at ${signIn.host_label}, with the rights and end date you want.`}
          >
            <Button
              size="small"
              onClick={() =>
                void navigate({ to: "/connect", search: { provider: signIn.provider, host: signIn.host, step: "token" } })
              }
            >
              Show me how…
            </Button>
          </Way>
        )}
      </ul>
      <ProblemText problem={start.error} />
    </section>
  );
}

function Way({ title, note, children }: { title: string; note: string; children: React.ReactNode }) {
  return (
    <li>
      <span>
        <span className={styles.strong}>{title}</span>
        <span className={styles.note}>{note}</span>
      </span>
      {children}
    </li>
  );
}

function PasteForm({ signIn }: { signIn: SignIn }) {
  const [link, setLink] = useState("");
  const hand = useMutation(mutations.signInReturn());
  const problem = problemOf(hand.error);
  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (link.trim() !== "" && !hand.isPending) hand.mutate(link.trim());
  }
  return (
    <form className={styles.paste} onSubmit={submit}>
      <TextField
        label="Paste the address"
        hint="If the browser stops at a page that does not load, copy that page’s whole address into this field."
        mono
        placeholder={signIn.listens_at === null ? "The whole address, with everything behind the ?" : `http://${signIn.listens_at}/…?code=…`}
        value={link}
        onChange={(text) => {
          setLink(text);
          if (hand.isError) hand.reset();
        }}
        error={problem && [problem.message, problem.hint].filter(Boolean).join(" ")}
        beside={
          link.trim() === "" ? undefined : (
            <Button type="submit" busy={hand.isPending ? "Handing it in…" : undefined}>
              Hand it in
            </Button>
          )
        }
      />
    </form>
  );
}
