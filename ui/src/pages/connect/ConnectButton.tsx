import { useNavigate } from "@tanstack/react-router";
import { caps, isMac } from "../../actions/keys";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";

/** The way to the picker. */
export function ConnectButton() {
  const navigate = useNavigate();
  return (
    <Button
      variant="primary"
      icon={<Icon name="plus" size="small" />}
      keys={caps("Mod+n", isMac())}
      onClick={() => void navigate({ to: "/connect" })}
    >
      Connect an account
    </Button>
  );
}
