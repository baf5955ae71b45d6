import { classes } from "../../components/classes";
import { number } from "../when";
import styles from "./ConnectPage.module.css";
import { clientsAt, connectedAt, type Place } from "./places";

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
      className={styles.place}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <span className={styles.monogram} aria-hidden="true">
        {place.provider.monogram}
      </span>
      <span className={styles.cut}>{place.name}</span>
      <span className={classes(styles.cut, styles.muted)}>{place.at}</span>
      <span className={styles.note}>{rowNote(place)}</span>
    </div>
  );
}

/** Whether it is a file of the person's own, and what there is already: accounts, or else a client. */
function rowNote(place: Place): string {
  const { own } = place.provider;
  const connected = place.open === "address" ? 0 : connectedAt(place);
  const there = connected > 0 ? `${number(connected)} connected` : clientsAt(place).length > 0 ? "client ready" : "";
  return [own ? "yours" : "", there].filter(Boolean).join(", ");
}
