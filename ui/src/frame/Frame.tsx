import { Outlet } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { ActionsProvider } from "../actions/ActionsProvider";
import styles from "./Frame.module.css";
import { KeysSheet } from "./KeysSheet";
import { Palette } from "./Palette";
import { Rail } from "./Rail";
import { Toasts } from "./Toasts";
import { useNews } from "./useNews";
import { useNotices } from "./useNotices";

/** The window while the vault is open: the rail, the page beside it, and what opens over them. */
export function Frame() {
  return (
    <Toasts>
      <Inside />
    </Toasts>
  );
}

function Inside() {
  const [palette, setPalette] = useState<{ text: string }>();
  const [keys, setKeys] = useState(false);
  const openPalette = useCallback((text = "") => setPalette({ text }), []);
  const openKeys = useCallback(() => setKeys(true), []);
  useNews();
  useNotices();
  return (
    <ActionsProvider openPalette={openPalette} openKeys={openKeys}>
      <div className={styles.frame} inert={palette !== undefined}>
        <Rail />
        <Outlet />
      </div>
      {palette && <Palette first={palette.text} onClose={() => setPalette(undefined)} />}
      <KeysSheet open={keys} onClose={() => setKeys(false)} />
    </ActionsProvider>
  );
}
