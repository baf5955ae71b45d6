import { Link, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { ChoiceList } from "../../components/ChoiceList";
import { Icon } from "../../components/Icon";
import { ScopeList } from "../../components/ScopeList";
import { TextField } from "../../components/TextField";
import { Page } from "../../frame/Page";
import type { Provider } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { number } from "../when";
import styles from "./ConnectPage.module.css";
import { at } from "./search";
import { PlaceRow } from "./PlaceRow";
import { clientsAt, find, hostLabel, type Place } from "./places";
import { useStartSignIn } from "./useStartSignIn";
import { needsClient, signInWay, WAY_TITLES, type WayIn, wayNote, waysIn } from "./ways";

/** Finds a service or takes a server's address, and shows what connecting it means. */
export function Picker({ providers, first }: { providers: readonly Provider[]; first: Place | undefined }) {
  const navigate = useNavigate();
  const start = useStartSignIn();
  const [text, setText] = useState(first?.host ? hostLabel(first.host) : "");
  const [key, setKey] = useState(first?.key);
  const [way, setWay] = useState<WayIn>();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);

  const found = find(providers, text);
  const options = [...found.places, ...found.servers];
  const place = options.find((each) => each.key === key) ?? options[0];
  const ways = place && !place.unaddressed ? waysIn(place) : [];
  const chosen = way && ways.includes(way) ? way : ways[0];

  function go(by: WayIn | undefined) {
    if (!place || !by) {
      field.current?.focus();
      return;
    }
    const to = at(place);
    if (by === "token") void navigate({ to: "/connect", search: { ...to, step: "token" } });
    else if (needsClient(place, by)) void navigate({ to: "/connect", search: { ...to, step: "client", way: by } });
    else start.run({ provider: place.provider.id, host: place.host, api_url: null, client: null, way: signInWay(place, by) ?? null });
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return;
    const index = place ? options.indexOf(place) : -1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = options[Math.max(0, Math.min(options.length - 1, index + (event.key === "ArrowDown" ? 1 : -1)))];
      if (next) choose(next);
    } else if (event.key === "Enter") go(chosen);
    else if (event.key === "Escape" && text !== "") setText("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function choose(next: Place) {
    setKey(next.key);
    document.getElementById(optionId(next))?.scrollIntoView({ block: "nearest" });
  }
  const optionId = (each: Place) => `${id}-${options.findIndex((other) => other.key === each.key)}`;
  const row = (each: Place) => (
    <PlaceRow
      key={each.key}
      id={optionId(each)}
      place={each}
      selected={each.key === place?.key}
      onChoose={() => {
        choose(each);
        field.current?.focus();
      }}
    />
  );

  return (
    <Page
      title="Connect an account"
      onBack={() => void navigate({ to: "/accounts" })}
      foot="Nothing is sent until you continue"
      keys={[
        { keys: ["↑", "↓"], does: "choose" },
        { keys: ["↵"], does: "continue" },
        { keys: ["Esc"], does: "back" },
      ]}
      focusElsewhere
    >
      <div className={styles.picker}>
        <div className={styles.left}>
          <TextField
            ref={field}
            className={styles.find}
            label="Find a service, or give a server’s address"
            labelHidden
            big
            icon={<Icon name="search" />}
            placeholder={
              providers.length === 1
                ? "Paste your server’s address, or choose below"
                : `Find one of ${number(providers.length)} services, or paste your server’s address`
            }
            value={text}
            onChange={(typed) => {
              setText(typed);
              setKey(undefined);
            }}
            error={found.refusal}
            role="combobox"
            aria-expanded
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={place ? optionId(place) : undefined}
            onKeyDown={onKeyDown}
          />
          <div id={`${id}-list`} role="listbox" aria-label="Services">
            {found.places.length > 0 && (
              <div role="group" aria-labelledby={`${id}-hosts`}>
                <h2 id={`${id}-hosts`} className={styles.group}>
                  Code hosts
                </h2>
                {found.places.map(row)}
              </div>
            )}
            {found.servers.length > 0 && (
              <div role="group" aria-labelledby={`${id}-servers`}>
                <h2 id={`${id}-servers`} className={styles.group}>
                  {found.servers[0]?.unaddressed ? "Your own server: paste its address above" : "Your own server at that address"}
                </h2>
                {found.servers.map(row)}
              </div>
            )}
          </div>
          {options.length === 0 && !found.refusal && (
            <p className={styles.none}>
              {`No service here is called “${text.trim()}”. For a server of your own, give its whole address, such as git.example.org.`}
            </p>
          )}
        </div>
        {place && (
          <PlacePane place={place} ways={ways} chosen={chosen} onWay={setWay} onGo={go} busy={start.busy} error={start.error} />
        )}
      </div>
    </Page>
  );
}

function PlacePane({
  place,
  ways,
  chosen,
  onWay,
  onGo,
  busy,
  error,
}: {
  place: Place;
  ways: readonly WayIn[];
  chosen: WayIn | undefined;
  onWay: (way: WayIn) => void;
  onGo: (way: WayIn | undefined) => void;
  busy: string | undefined;
  error: unknown;
}) {
  if (place.unaddressed) {
    return (
      <section className={styles.right} aria-label={place.name}>
        <div>
          <h2>{place.name}</h2>
          <p className={styles.lead}>
            Type or paste its address into the field, such as git.example.org. An address with http:// is taken only for this
            computer itself.
          </p>
        </div>
      </section>
    );
  }
  if (!chosen) return null;
  const missing = needsClient(place, chosen);
  return (
    <section className={styles.right} aria-label={place.name}>
      <div>
        <h2>{place.host === null ? place.name : place.at}</h2>
        <p className={styles.lead}>{connectedSentence(place)}</p>
      </div>
      <ChoiceList
        label="How"
        look="rows"
        value={chosen}
        onChange={onWay}
        choices={ways.map((way) => ({ value: way, title: WAY_TITLES[way], note: wayNote(place, way) }))}
      />
      {place.provider.scopes.length > 0 && (
        <div>
          <h3>{chosen === "token" ? "It needs to be able to" : "It will be able to"}</h3>
          <ScopeList label="Rights" look="short" scopes={place.provider.scopes} notAsked="not asked for" />
        </div>
      )}
      <div>
        <ProblemText problem={error} className={styles.above} />
        {missing && (
          <p className={styles.clientMissing}>
            <strong>{`No client is set up for ${place.at} yet.`}</strong>{" "}
            {`A client is how ${place.at} knows which app asks. You register one there once, in about two minutes.`}
          </p>
        )}
        <div className={styles.actions}>
          <Button variant="primary" keys={["↵"]} busy={busy} onClick={() => onGo(chosen)}>
            {continueWords(chosen, missing)}
          </Button>
          {missing && ways.includes("token") && (
            <Button variant="link" onClick={() => onGo("token")}>
              Use an access token instead
            </Button>
          )}
        </div>
        {!missing && chosen !== "token" && (
          <p className={styles.after}>
            {`Uses your client ${clientsAt(place)[0]?.client_id ?? ""} at ${place.at}. `}
            <Link to="/connect" search={{ ...at(place), step: "client", way: chosen }}>
              Use another…
            </Link>
          </p>
        )}
      </div>
    </section>
  );
}

function continueWords(way: WayIn, missing: boolean): string {
  if (way === "token") return "Continue with a token";
  if (missing) return "Set up a client…";
  return way === "browser" ? "Continue in the browser" : "Get a code";
}

function connectedSentence(place: Place): string {
  if (place.host !== null) return `A server that speaks like ${place.provider.name}.`;
  switch (place.provider.connected) {
    case 0:
      return "Nothing is connected here yet.";
    case 1:
      return "One account is connected here. Another one is fine.";
    default:
      return `${number(place.provider.connected)} accounts are connected here. Another one is fine.`;
  }
}
