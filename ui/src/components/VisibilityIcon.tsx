import { Icon, type IconName } from "./Icon";
import styles from "./VisibilityIcon.module.css";

type Visibility = "public" | "internal" | "private";

const SIGNS: Record<Visibility, IconName> = { public: "globe", internal: "internal", private: "lock" };
export const VISIBILITY_WORDS: Record<Visibility, string> = { public: "Public", internal: "Internal", private: "Private" };

/** Who may see something, as a shape and as a spoken word. */
export function VisibilityIcon({ visibility }: { visibility: Visibility }) {
  return (
    <>
      <Icon name={SIGNS[visibility]} size="small" className={styles.sign} />
      <span className={styles.hidden}>{`${VISIBILITY_WORDS[visibility]} `}</span>
    </>
  );
}
