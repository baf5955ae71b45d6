import { useEffect, useState } from "react";
import type { Strength } from "../../ipc/bindings";
import { usePlatform } from "../../ipc/PlatformContext";

/** A pause in typing as long as this, and the keeper is asked. */
const PAUSE_MS = 200;

/**
 * How hard what is typed is to guess. Asked past the cache, where a passphrase has no business; an answer
 * about an earlier text is dropped, and what was last said stays until there is a new one.
 */
export function useStrength(passphrase: string): Strength | undefined {
  const platform = usePlatform();
  const [strength, setStrength] = useState<Strength>();
  useEffect(() => {
    if (passphrase === "") return;
    let current = true;
    const timer = setTimeout(() => {
      platform.passphraseStrength({ passphrase }).then(
        (answer) => {
          if (current) setStrength(answer);
        },
        // A hint that can't be given is no reason to stop anybody.
        () => undefined,
      );
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [platform, passphrase]);
  return passphrase === "" ? undefined : strength;
}
