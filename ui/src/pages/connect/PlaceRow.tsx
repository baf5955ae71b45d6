import { classes } from "../../components/classes";
import { number } from "../when";
import styles from "./ConnectPage.module.css";
import { clientsAt, type Place } from "./places";

/** A place in the list. The field above has the focus; this is only pointed at. */
export function PlaceRow({
  id,
  place,
  selected,
  onChoose,
}: {
  id: string;
  place: Place;
  selected: boolean;
  onChoose: () => void;
}) {
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are heard by the field that points at it
    <div
      id={id}
      role="option"
      aria-selected={selected}
      className={classes(styles.place, place.host !== null && styles.server)}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <span className={styles.monogram} aria-hidden="true">
        {place.provider.monogram}
      </span>
      <span className={styles.cut}>{place.name}</span>
      <span className={classes(styles.cut, styles.muted)}>{place.at}</span>
      <span className={styles.note}>
        {place.host === null && place.provider.connected > 0 ? `${number(place.provider.connected)} connected` : ""}
        {place.host !== null && clientsAt(place).length > 0 ? "client ready" : ""}
      </span>
    </div>
  );
}
