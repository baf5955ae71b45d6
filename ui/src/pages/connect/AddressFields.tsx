import { TextField } from "../../components/TextField";
import styles from "./ConnectPage.module.css";
import { ADDRESS, complete, type Filled, hostLabel, type Place } from "./places";

/** What only the person knows of a place's address: the whole of it, or the parts of a template. */
export function AddressFields({
  place,
  filled,
  onChange,
  wrong,
}: {
  place: Place;
  filled: Filled;
  onChange: (filled: Filled) => void;
  /** What is wrong, by field; nothing before somebody wanted to go on. */
  wrong: Filled | undefined;
}) {
  const done = complete(place, filled);
  const set = (name: string) => (value: string) => onChange({ ...filled, [name]: value });
  if (place.open === "address") {
    return (
      <div className={styles.open} data-open>
        <TextField
          label="Address"
          hint="Such as git.example.org. An address with http:// is taken only for this computer itself."
          mono
          value={filled[ADDRESS] ?? ""}
          onChange={set(ADDRESS)}
          error={wrong?.[ADDRESS]}
        />
      </div>
    );
  }
  return (
    <div className={styles.open} data-open>
      {place.provider.parts.map((part) => (
        <TextField
          key={part.name}
          label={part.label}
          hint={part.hint}
          mono
          placeholder={part.default ?? undefined}
          value={filled[part.name] ?? ""}
          onChange={set(part.name)}
          error={wrong?.[part.name]}
        />
      ))}
      <p className={styles.built} role="status">
        {"place" in done && (
          <>
            {"It is at "}
            <span className={styles.mono}>{done.place.host === null ? done.place.at : hostLabel(done.place.host)}</span>
          </>
        )}
      </p>
    </div>
  );
}
