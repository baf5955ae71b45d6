import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { queries } from "../../data/queries";
import { Page } from "../../frame/Page";
import { ProblemText } from "../ProblemText";
import { ClientForm } from "./ClientForm";
import styles from "./ConnectPage.module.css";
import { Picker } from "./Picker";
import { type Place, placeOf, reachable } from "./places";
import { at, type ConnectSearch } from "./search";
import { TokenForm } from "./TokenForm";
import { useStartSignIn } from "./useStartSignIn";
import { signInWay, type WayIn } from "./ways";

/** Connect an account: which service, which way, and what it will be able to do, before anything is sent. */
export function ConnectPage({ search }: { search: ConnectSearch }) {
  const providers = useQuery(queries.providerList());
  if (!providers.data) {
    return (
      <Page title="Connect an account" foot="" padded>
        <ProblemText problem={providers.error} />
      </Page>
    );
  }
  const place = placeOf(providers.data, search.provider, search.host);
  const there = reachable(place);
  if (there && search.step === "token") return <TokenStep place={there} />;
  if (there && search.step === "client") return <ClientStep place={there} search={search} />;
  return <Picker providers={providers.data} first={place} clientOnly={search.from === "settings"} />;
}

function TokenStep({ place }: { place: Place }) {
  const navigate = useNavigate();
  return (
    <Page
      title={`Connect ${place.at} by a token`}
      onBack={() => void navigate({ to: "/connect", search: at(place) })}
      foot="Nothing is sent until you connect"
      keys={[
        { keys: ["↵"], does: "connect" },
        { keys: ["Esc"], does: "back" },
      ]}
      padded
      focusElsewhere
    >
      <TokenForm
        place={place}
        onConnected={({ id, lists }) =>
          void (lists
            ? navigate({ to: "/", search: { account: id }, replace: true })
            : navigate({ to: "/accounts/$id", params: { id }, replace: true }))
        }
      />
    </Page>
  );
}

function ClientStep({ place, search }: { place: Place; search: ConnectSearch }) {
  const navigate = useNavigate();
  const start = useStartSignIn();
  const fromSettings = search.from === "settings";
  const toSettings = () => void navigate({ to: "/settings", search: { section: "clients" } });
  const way: WayIn = search.way ?? "browser";
  return (
    <Page
      title={`Set up a client at ${place.at}`}
      onBack={() => void navigate({ to: "/connect", search: { ...at(place), ...(fromSettings ? { from: "settings" } : {}) } })}
      foot={fromSettings ? "Nothing is sent; the client is sealed in this vault" : "Nothing is sent until you continue"}
      keys={[
        { keys: ["↵"], does: fromSettings ? "save" : "save and continue" },
        { keys: ["Esc"], does: "back" },
      ]}
      padded
    >
      <ProblemText className={styles.above} problem={start.error} />
      <ClientForm
        place={place}
        save={fromSettings ? "Save" : "Save and continue"}
        onSaved={(client) => {
          if (fromSettings) toSettings();
          else {
            const by = signInWay(place, way) ?? null;
            start.run({ provider: place.provider.id, host: place.host, client: client.id, way: by });
          }
        }}
      />
    </Page>
  );
}
