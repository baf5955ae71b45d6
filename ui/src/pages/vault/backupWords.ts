/** What is said of a backup. */
import type { Backup } from "../../ipc/bindings";
import { number } from "../when";
import { waysInWords } from "./proof";

/** `4.1 MB` */
export function size(kib: number, locale?: string): string {
  if (kib < 1024) return `${number(kib, 0, locale)} KB`;
  return `${number(kib / 1024, kib < 10 * 1024 ? 1 : 0, locale)} MB`;
}

/** Its size, and how it opens. */
export function backupNote(backup: Backup, locale?: string): string {
  return `${size(backup.size_kib, locale)}. Opens with ${waysInWords(backup.opens_with)} of then.`;
}

/** `1 account`, `8 accounts` */
export function countOf(count: number, one: string, more: string, write: (value: number) => string): string {
  return `${write(count)} ${count === 1 ? one : more}`;
}
