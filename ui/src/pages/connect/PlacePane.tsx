import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";
import { Button } from "../../components/Button";
import { ChoiceList } from "../../components/ChoiceList";
import { ScopeList } from "../../components/ScopeList";
import { ProblemText } from "../ProblemText";
import { number } from "../when";
import { AddressFields } from "./AddressFields";
import styles from "./ConnectPage.module.css";
import { clientsAt, complete, connectedAt, type Filled, type Place } from "./places";
import { at } from "./search";
import { needsClient, WAY_TITLES, type WayIn, wayNote, where } from "./ways";

/** What connecting a place means and which ways lead in, before anything is sent. */
export function PlacePane({
  place,
  ways,
  chosen,
  clientOnly,
  filled,
  asked,
  onFill,
  onWay,
  onGo,
  busy,
  error,
}: {
  place: Place;
  ways: readonly WayIn[];
  chosen: WayIn | undefined;
  /** Whether only a client is to be set up here. */
  clientOnly: boolean;
  /** What was typed of its address so far. */
  filled: Filled;
  /** Whether somebody wanted to go on: from then on it is said what is wrong. */
  asked: boolean;
  onFill: (filled: Filled) => void;
  onWay: (way: WayIn) => void;
  onGo: (way: WayIn | undefined) => void;
  busy: string | undefined;
  error: unknown;
}) {
  const { provider } = place;
  const done = complete(place, filled);
  const whole = "place" in done ? done.place : undefined;
  // As long as the address is open, only one thing is sure: without any client there is none for it.
  const missing = chosen !== undefined && (whole ? needsClient(whole, chosen) : chosen !== "token" && provider.clients.length === 0);
  const name = where(whole ?? place);

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    onGo(chosen);
  }

  return (
    // The fields' Enter goes on, as it does in the field above the list.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles.right} onKeyDown={onKeyDown} data-region="pane">
      <section className={styles.pane} aria-label={place.name}>
        <div>
          <h2>{place.host === null ? place.name : place.at}</h2>
          <p className={styles.lead}>{connectedSentence(place)}</p>
          <p className={styles.lead}>{provider.lists ? "Its repositories are listed here." : "It is looked after; nothing is listed."}</p>
        </div>
        {place.open !== undefined && (
          <AddressFields place={place} filled={filled} onChange={onFill} wrong={asked && "wrong" in done ? done.wrong : undefined} />
        )}
        {!clientOnly && chosen !== undefined && (
          <ChoiceList
            label="How"
            look="rows"
            value={chosen}
            onChange={onWay}
            choices={ways.map((way) => ({ value: way, title: WAY_TITLES[way], note: wayNote(whole ?? place, way) }))}
          />
        )}
        {provider.scopes.length > 0 && (
          <div>
            <h3>{chosen === "token" ? "It needs to be able to" : "It will be able to"}</h3>
            <ScopeList label="Rights" look="short" scopes={provider.scopes} notAsked="not asked for" />
          </div>
        )}
        {provider.notes.length > 0 && <Notes notes={provider.notes} />}
        <div className={styles.onward}>
          <ProblemText problem={error} className={styles.above} />
          {missing && !clientOnly && (
            <p className={styles.clientMissing}>
              <strong>{`No client is set up for ${name} yet.`}</strong>{" "}
              {`A client is how ${name} knows which app asks. You register one there once, in about two minutes.`}
              {provider.needs_secret && " It has to have a secret."}
            </p>
          )}
          {ways.length === 0 && <p className={styles.clientMissing}>No way leads in here yet.</p>}
          {(chosen !== undefined || clientOnly) && (
            <div className={styles.actions}>
              <Button variant="primary" keys={["↵"]} busy={busy} onClick={() => onGo(chosen)}>
                {clientOnly || chosen === undefined ? "Set up a client…" : continueWords(chosen, missing)}
              </Button>
              {missing && !clientOnly && ways.includes("token") && (
                <Button variant="link" onClick={() => onGo("token")}>
                  Use an access token instead
                </Button>
              )}
            </div>
          )}
          {whole && !missing && !clientOnly && chosen !== undefined && chosen !== "token" && <UsedClient place={whole} way={chosen} />}
        </div>
      </section>
    </div>
  );
}

/** Which client a sign-in would use, and the way to another one. */
function UsedClient({ place, way }: { place: Place; way: Exclude<WayIn, "token"> }) {
  const [first] = clientsAt(place);
  if (!first) return null;
  const called = first.name === "" ? first.client_id : `${first.name} (${first.client_id})`;
  return (
    <p className={styles.after}>
      {`Uses your client ${called} at ${place.at}. `}
      <Link to="/connect" search={{ ...at(place), step: "client", way }}>
        Use another…
      </Link>
    </p>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  return (
    <div>
      <h3>Good to know</h3>
      <ul className={styles.notes}>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </div>
  );
}

const NOTHING: Filled = {};

/** What was typed of open addresses, kept for each place, so that looking elsewhere forgets nothing. */
export function useFilled() {
  const [all, setAll] = useState<Readonly<Record<string, Filled>>>({});
  const [asked, setAsked] = useState<string>();
  return {
    of: (place: Place): Filled => all[place.key] ?? NOTHING,
    set: (place: Place, filled: Filled) => setAll({ ...all, [place.key]: filled }),
    wasAsked: (place: Place) => asked === place.key,
    ask: (place: Place) => setAsked(place.key),
  };
}

function continueWords(way: WayIn, missing: boolean): string {
  if (way === "token") return "Continue with a token";
  if (missing) return "Set up a client…";
  return way === "device" ? "Get a code" : "Continue in the browser";
}

function connectedSentence(place: Place): string {
  const { provider, host, open } = place;
  const connected = open === "address" ? 0 : connectedAt(place);
  if (connected === 0 && provider.host !== null && (host !== null || open === "address")) {
    return `A server that speaks like ${provider.name}.`;
  }
  switch (connected) {
    case 0:
      return "Nothing is connected here yet.";
    case 1:
      return "One account is connected here. Another one is fine.";
    default:
      return `${number(connected)} accounts are connected here. Another one is fine.`;
  }
}
