/** The settings as on the first day, and which changes of them the keeper asks a proof for. */
import type { Settings } from "../bindings";

export const SETTINGS: Required<Settings> = {
  sync_every_minutes: 30,
  sync_on_metered: false,
  close_to_tray: true,
  system_notifications: true,
  single_keys: true,
  lock_after_idle_minutes: 15,
  lock_on_sleep: true,
  lock_on_screen_lock: true,
  clear_clipboard_seconds: 30,
  backup_every_days: 1,
  backup_keep: 7,
  backup_folder: null,
  projects_folder: null,
  projects_layout: "host_owner_name",
};

/** Whether a change leaves the vault open, or a copied secret in the clipboard, for longer than before. */
export function weakens(before: Required<Settings>, after: Required<Settings>): boolean {
  const idle = ({ lock_after_idle_minutes: minutes }: Required<Settings>) => (minutes === 0 ? Infinity : minutes);
  return (
    idle(after) > idle(before) ||
    (before.lock_on_sleep && !after.lock_on_sleep) ||
    (before.lock_on_screen_lock && !after.lock_on_screen_lock) ||
    after.clear_clipboard_seconds > before.clear_clipboard_seconds
  );
}
