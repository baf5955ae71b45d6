import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { Button } from "../../components/Button";
import { CopyField, useCopy } from "../../components/CopyField";
import { Countdown } from "../../components/Countdown";
import { type Fact, FactList } from "../../components/FactList";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { ScopeList } from "../../components/ScopeList";
import { SignInSteps, type Step } from "../../components/SignInSteps";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { Page } from "../../frame/Page";
import type { SignIn } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { useOutside } from "../useOutside";
import { clockTime, moment } from "../when";
import { CodeForm } from "./CodeForm";
import { OtherWays } from "./OtherWays";
import { hostLabel } from "./places";
import type { SignInSearch } from "./search";
import styles from "./SignInPage.module.css";
import { ending, isAlive, type StepName, STEPS, stepStates, stepText } from "./steps";
import { useStartSignIn } from "./useStartSignIn";
import { WAY_BACK } from "./ways";

/** One sign-in, from the browser to the first listing. Leaving the page leaves it waiting. */
export function SignInPage({ id, search }: { id: string; search: SignInSearch }) {
  const signIn = useQuery(queries.signInShow(id));
  const navigate = useNavigate();
  const connected = signIn.data?.state === "connected";
  const account = signIn.data?.account?.id;
  const lists = signIn.data?.account?.lists ?? true;
  useEffect(() => {
    if (!connected || account === undefined) return;
    if (lists) void navigate({ to: "/", search: { account }, replace: true });
    else void navigate({ to: "/accounts/$id", params: { id: account }, replace: true });
  }, [connected, account, lists, navigate]);
  const leave = () => void navigate({ to: "/accounts" });
  if (signIn.data) return <Shown signIn={signIn.data} search={search} onLeave={leave} />;
  return (
    <Page title="Sign in" onBack={leave} foot="" padded>
      <ProblemText problem={signIn.error} />
    </Page>
  );
}

function Shown({ signIn, search, onLeave }: { signIn: SignIn; search: SignInSearch; onLeave: () => void }) {
  const cancel = useMutation(mutations.signInCancel());
  const start = useStartSignIn();
  const alive = isAlive(signIn);
  const over = ending(signIn);
  const bringsCode = signIn.way === "paste" && signIn.state === "waiting";
  const same = { provider: signIn.provider, host: signIn.host, way: signIn.way };
  const again = () => start.run({ ...search, ...same });
  const asked = signIn.scopes.filter((scope) => scope.state !== "not_asked");
  const otherPerson = signIn.problem?.code === "other_person";
  return (
    <Page
      title={`Sign in at ${signIn.host_label}`}
      onBack={onLeave}
      actions={
        signIn.state === "waiting" && (
          <Button busy={cancel.isPending ? "Cancelling…" : undefined} onClick={() => cancel.mutate(signIn.id)}>
            Cancel this sign-in
          </Button>
        )
      }
      foot={
        alive
          ? "This sign-in can be used once. You may close Drawbridge; it goes on when you come back."
          : "This sign-in is over and can’t be used again."
      }
      keys={[{ keys: ["Esc"], does: alive ? "leave it waiting" : "accounts" }]}
      {...(over ? { onEnter: again } : {})}
      padded
      focusElsewhere={bringsCode}
    >
      {over && (
        <Notice
          tone={over.tone}
          className={styles.notice}
          icon={<Icon name="warn" />}
          title={over.title}
          action={
            <>
              <Button variant="primary" keys={["↵"]} busy={start.busy} onClick={again}>
                {otherPerson ? "Try again" : "Start again"}
              </Button>
              {otherPerson && (
                <Button busy={start.busy} onClick={() => start.run(same)}>
                  Add that person as well
                </Button>
              )}
            </>
          }
        >
          {over.hint && <p>{over.hint}</p>}
        </Notice>
      )}
      <ProblemText problem={cancel.error ?? start.error} />
      <div className={styles.columns}>
        <div>
          <SignInSteps label="Where the sign-in stands" steps={useSteps(signIn)} />
          {bringsCode && <CodeForm signIn={signIn} />}
          {alive && <OtherWays signIn={signIn} search={search} />}
        </div>
        <aside className={styles.aside} aria-label="About this sign-in">
          {asked.length > 0 && (
            <>
              <h2>Asked for</h2>
              <div className={styles.asked}>
                <ScopeList label="Asked for" look="short" scopes={asked} />
              </div>
              <hr className={styles.rule} />
            </>
          )}
          <FactList facts={facts(signIn, new Date())} />
          {alive && (
            <p className={styles.warning}>
              If someone else sent you here, cancel. Drawbridge only accepts the answer to a sign-in that you started.
            </p>
          )}
        </aside>
      </div>
    </Page>
  );
}

function useSteps(signIn: SignIn): Step[] {
  const outside = useOutside();
  const lists = useQuery(queries.providerList()).data?.find((provider) => provider.id === signIn.provider)?.lists;
  const { copied, copy } = useCopy(outside.copy);
  const states = stepStates(signIn);
  const waiting = signIn.state === "waiting";
  const device = signIn.way === "device";
  const parts: Partial<Record<StepName, Partial<Step>>> = waiting
    ? {
        open: {
          end: (
            <>
              <Button size="small" onClick={() => outside.tell(outside.platform.openSignIn(signIn.id))}>
                {device ? "Open the page" : "Open again"}
              </Button>
              <Button size="small" onClick={() => copy(signIn.url)}>
                {copied ? "Copied" : "Copy address"}
              </Button>
            </>
          ),
          ...(device ? { note: <DeviceCode signIn={signIn} /> } : {}),
        },
        approve: {
          end: <Countdown look="clock" start={Date.parse(signIn.started_at)} end={Date.parse(signIn.ends_at)} />,
          bar: <Countdown look="bar" start={Date.parse(signIn.started_at)} end={Date.parse(signIn.ends_at)} />,
          note: waitingNote(signIn),
        },
      }
    : {};
  return STEPS.map((name) => ({ key: name, state: states[name], text: stepText(name, states[name], signIn, lists), ...parts[name] }));
}

function DeviceCode({ signIn }: { signIn: SignIn }) {
  const { copy } = useOutside();
  return (
    <>
      <span>
        Open <span className={styles.mono}>{hostLabel(signIn.url)}</span> on any device and type this code there. Only type a code that you
        asked for yourself: whoever sends you one wants your account.
      </span>
      {signIn.user_code !== null && (
        <span className={styles.code}>
          <CopyField look="code" name="Code" value={signIn.user_code} onCopy={copy} />
        </span>
      )}
    </>
  );
}

function waitingNote(signIn: SignIn) {
  if (signIn.way === "device") return "Drawbridge asks every few seconds whether you have.";
  if (signIn.way === "paste") return "It is shown there once you have approved. Copy all of it.";
  if (signIn.listens_at === null) return "The link back opens Drawbridge by itself. Some browsers ask first whether they may.";
  return (
    <>
      {"It listens at "}
      <span className={styles.mono}>{signIn.listens_at}</span>
      {" on this computer for the browser’s answer."}
    </>
  );
}

function facts(signIn: SignIn, now: Date): Fact[] {
  return [
    { term: "Where", detail: signIn.host_label, mono: true },
    { term: "Started", detail: moment(new Date(signIn.started_at), now) },
    ...(isAlive(signIn) ? [{ term: "Ends", detail: `${clockTime(new Date(signIn.ends_at))}, if nobody answers` }] : []),
    { term: "Way back", detail: WAY_BACK[signIn.way] },
  ];
}
