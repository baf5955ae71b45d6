import styles from "./QrCode.module.css";
import { QUIET, runs } from "./qrRuns";

/** A QR code, dark on light in every theme, with its quiet zone. `rows` have `#` for dark. */
export function QrCode({ rows, name }: { rows: readonly string[]; name: string }) {
  const side = rows.length + 2 * QUIET;
  return (
    <svg className={styles.code} viewBox={`0 0 ${side} ${side}`} role="img" aria-label={name} shapeRendering="crispEdges">
      <path className={styles.dark} d={runs(rows)} />
    </svg>
  );
}
