import { Outlet } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { ActionsProvider } from "../actions/ActionsProvider";
import { CloneDialog } from "../pages/repositories/CloneDialog";
import type { CloneAsk } from "./cloneAsk";
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
  const [clone, setClone] = useState<CloneAsk>();
  const openClone = useCallback((asked: CloneAsk) => setClone(asked), []);
  useNews(clone !== undefined && "run" in clone ? clone.run : undefined);
  useNotices();
  return (
    <ActionsProvider openPalette={openPalette} openKeys={openKeys} openClone={openClone}>
      <div className={styles.frame} inert={palette !== undefined}>
        <Rail />
        <Outlet />
      </div>
      {palette && <Palette first={palette.text} onClose={() => setPalette(undefined)} />}
      {clone && <CloneDialog asked={clone} onStarted={(run) => setClone({ run })} onClose={() => setClone(undefined)} />}
      <KeysSheet open={keys} onClose={() => setKeys(false)} />
    </ActionsProvider>
  );
}
