import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { Page } from "../../frame/Page";
import type { Provider } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { number } from "../when";
import styles from "./ConnectPage.module.css";
import { find } from "./finding";
import { PlacePane, useFilled } from "./PlacePane";
import { PlaceRow } from "./PlaceRow";
import { ADDRESS, complete, hostLabel, type Place } from "./places";
import { at } from "./search";
import { useStartSignIn } from "./useStartSignIn";
import { needsClient, signInWay, type WayIn, waysIn } from "./ways";

/** Finds a service or takes a server's address, and shows what connecting it means. */
export function Picker({
  providers,
  first,
  clientOnly = false,
}: {
  providers: readonly Provider[];
  first: Place | undefined;
  /** Whether only a client is to be set up, for the settings. */
  clientOnly?: boolean;
}) {
  const navigate = useNavigate();
  const start = useStartSignIn();
  const ask = useMutation(mutations.serverRecognise());
  const [text, setText] = useState(first?.host ? hostLabel(first.host) : "");
  const [key, setKey] = useState(first?.key);
  const [way, setWay] = useState<WayIn>();
  const filled = useFilled();
  const field = useRef<HTMLInputElement>(null);
  const page = useRef<HTMLElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);

  const offered = clientOnly ? providers.filter((provider) => provider.ways.length > 0) : providers;
  const found = find(offered, text);
  const options = found.groups.flatMap((group) => group.places);
  const place = options.find((each) => each.key === key) ?? options[0];
  const ways = place ? waysIn(place).filter((each) => !clientOnly || each !== "token") : [];
  const chosen = way && ways.includes(way) ? way : ways[0];
  const unknownAt = found.unknownAt;
  // What was answered or failed belongs to the address that was asked about.
  const asked = unknownAt !== undefined && ask.variables === unknownAt ? ask : undefined;

  function findOut() {
    if (unknownAt === undefined || asked?.isPending) return;
    ask.mutate(unknownAt, {
      onSuccess: ({ provider }) => {
        const kind = options.find((each) => each.key.endsWith(` ${unknownAt}`) && each.provider.id === provider);
        if (kind) choose(kind);
      },
    });
  }

  function go(by: WayIn | undefined) {
    if (!place || !by) {
      field.current?.focus();
      return;
    }
    const done = complete(place, filled.of(place));
    if ("wrong" in done) {
      // From the field above, the first Enter only leads to what is to be filled in.
      if (document.activeElement !== field.current) filled.ask(place);
      const names = place.open === "parts" ? place.provider.parts.map((part) => part.name) : [ADDRESS];
      const inputs = page.current?.querySelectorAll<HTMLInputElement>("[data-open] input");
      inputs?.[names.findIndex((name) => name in done.wrong)]?.focus();
      return;
    }
    const to = at(done.place);
    if (clientOnly) void navigate({ to: "/connect", search: { ...to, step: "client", from: "settings" } });
    else if (by === "token") void navigate({ to: "/connect", search: { ...to, step: "token" } });
    else if (needsClient(done.place, by)) void navigate({ to: "/connect", search: { ...to, step: "client", way: by } });
    else start.run({ provider: place.provider.id, host: done.place.host, way: signInWay(place, by) ?? null });
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return;
    const index = place ? options.indexOf(place) : -1;
    const to = destination(event.key, index, options.length);
    const next = to === undefined ? undefined : options[to];
    if (next) choose(next);
    else if (event.key === "Enter" && unknownAt !== undefined && key === undefined && asked?.error == null) findOut();
    else if (event.key === "Enter") go(chosen);
    else if (event.key === "Escape" && text !== "") setText("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function choose(next: Place) {
    setKey(next.key);
    document.getElementById(ids.get(next.key) ?? "")?.scrollIntoView({ block: "nearest" });
  }
  const ids = new Map(options.map((each, index) => [each.key, `${id}-${index}`]));

  return (
    <Page
      ref={page}
      title={clientOnly ? "Add a client" : "Connect an account"}
      onBack={() => void (clientOnly ? navigate({ to: "/settings", search: { section: "clients" } }) : navigate({ to: "/accounts" }))}
      foot="Nothing is sent until you continue"
      keys={[
        { keys: ["↑", "↓"], does: "choose" },
        { keys: ["↵"], does: "continue" },
        { keys: ["Esc"], does: "back" },
      ]}
      focusElsewhere
    >
      <div className={styles.picker}>
        <div className={styles.left} data-region="list">
          <TextField
            ref={field}
            className={styles.find}
            label="Find a service, or give a server’s address"
            labelHidden
            big
            icon={<Icon name="search" />}
            placeholder={
              offered.length === 1
                ? "Paste your server’s address, or choose below"
                : `Find one of ${number(offered.length)} services, or paste your server’s address`
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
            aria-activedescendant={place ? ids.get(place.key) : undefined}
            onKeyDown={onKeyDown}
          />
          <div id={`${id}-list`} className={styles.found} role="listbox" aria-label="Services">
            {found.groups.map((group) => (
              <div key={group.key} role="group" aria-labelledby={`${id}-${group.key}`}>
                <h2 id={`${id}-${group.key}`} className={styles.group}>
                  {group.title}
                </h2>
                {group.key === "server" && unknownAt !== undefined && (
                  <div className={styles.kind}>
                    <Button onClick={findOut} busy={asked?.isPending ? "Asking…" : undefined}>
                      Find out which kind
                    </Button>
                    <p className={styles.note} role="status">
                      {asked?.data?.sentence ?? "A few questions to that address; nothing of yours is sent."}
                    </p>
                    <ProblemText problem={asked?.error} />
                  </div>
                )}
                {group.places.map((each) => (
                  <PlaceRow
                    key={each.key}
                    id={ids.get(each.key) ?? ""}
                    place={each}
                    selected={each.key === place?.key}
                    onChoose={() => {
                      choose(each);
                      field.current?.focus();
                    }}
                  />
                ))}
              </div>
            ))}
          </div>
          {options.length === 0 && !found.refusal && (
            <p className={styles.none}>
              {`No service here is called “${text.trim()}”. For a server of your own, give its whole address, such as git.example.org.`}
            </p>
          )}
        </div>
        {place && (
          <PlacePane
            key={place.key}
            place={place}
            ways={ways}
            chosen={chosen}
            clientOnly={clientOnly}
            filled={filled.of(place)}
            asked={filled.wasAsked(place)}
            onFill={(next) => filled.set(place, next)}
            onWay={setWay}
            onGo={go}
            busy={start.busy}
            error={start.error}
          />
        )}
      </div>
    </Page>
  );
}

/** How far `PageUp` and `PageDown` go. */
const STRIDE = 10;

/** Where a key leads in the list, which stays inside it; nowhere for any other key. */
function destination(key: string, index: number, count: number): number | undefined {
  const by = { ArrowDown: 1, ArrowUp: -1, PageDown: STRIDE, PageUp: -STRIDE }[key];
  return by === undefined || count === 0 ? undefined : Math.max(0, Math.min(count - 1, index + by));
}
