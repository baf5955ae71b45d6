import styles from "./Swatch.module.css";

const COLOURS = 8;

/** The square that tells accounts apart, always beside a name. */
export function Swatch({ colour }: { colour: number }) {
  const one = Number.isInteger(colour) && colour >= 1 && colour <= COLOURS ? colour : undefined;
  return <span className={styles.swatch} data-colour={one} aria-hidden="true" />;
}
