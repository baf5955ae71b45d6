import { Outlet } from "@tanstack/react-router";
import styles from "./Frame.module.css";
import { Rail } from "./Rail";

/** The window while the vault is open: the rail, and the page beside it. */
export function Frame() {
  return (
    <div className={styles.frame}>
      <Rail />
      <Outlet />
    </div>
  );
}
