import { Button } from "../../components/Button";
import { FactList } from "../../components/FactList";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { Page } from "../../frame/Page";
import type { Account, DisconnectReceipt } from "../../ipc/bindings";
import { useOutside } from "../useOutside";
import { number } from "../when";
import styles from "./AccountPage.module.css";

/** What a disconnect ended, and where the rest can be done if something is left. */
export function ReceiptPage({
  receipt,
  account,
  onBack,
}: {
  receipt: DisconnectReceipt;
  account: Account;
  onBack: () => void;
}) {
  const { platform, tell } = useOutside();
  return (
    <Page
      title={`${receipt.login} is disconnected`}
      sub={`at ${receipt.host_label}`}
      onBack={onBack}
      foot={receipt.queued ? "What ends this sign-in stays sealed in the vault until then" : "Nothing of this sign-in is left in the vault"}
      keys={[{ keys: ["Esc"], does: "accounts" }]}
      padded
    >
      <Notice
        tone={receipt.revoked ? "plain" : "warning"}
        icon={<Icon name={receipt.revoked ? "check" : "warn"} />}
        title={receipt.revoked ? `${receipt.host_label} has ended the access` : `${receipt.host_label} has not ended the access`}
        action={
          receipt.page !== null && (
            <Button
              variant="primary"
              onClick={() => tell(platform.openProviderPage(account.provider, account.host, "revoke"))}
            >
              {`${receipt.revoked ? "End the rest" : "End it"} at ${receipt.host_label}`}
            </Button>
          )
        }
      >
        <p>{receipt.sentence}</p>
      </Notice>
      <div className={styles.afterNotice}>
        <FactList
          facts={[
            { term: "Account", detail: `${receipt.login} at ${receipt.host_label}` },
            ...(account.lists ? [{ term: "Repositories", detail: `${number(receipt.repositories)} left the list` }] : []),
            { term: "Credential", detail: receipt.queued ? "Kept sealed until it has ended there" : "Removed from this vault" },
          ]}
        />
      </div>
    </Page>
  );
}
