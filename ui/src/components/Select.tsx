import { CSPProvider } from "@base-ui/react/csp-provider";
import { Select as Base } from "@base-ui/react/select";
import { Icon } from "./Icon";
import styles from "./Select.module.css";

/** One of several, when there is no room to show them all. */
export function Select<Value extends string | number>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}) {
  return (
    // The window allows no style elements; the one left out here would only hide a scroll bar.
    <CSPProvider disableStyleElements>
      <Base.Root<Value> items={[...options]} value={value} onValueChange={(next) => next !== null && onChange(next)}>
        <Base.Trigger className={styles.trigger} aria-label={label}>
          <Base.Value />
          <Base.Icon className={styles.down}>
            <Icon name="down" />
          </Base.Icon>
        </Base.Trigger>
        <Base.Portal>
          <Base.Positioner className={styles.place} sideOffset={4} alignItemWithTrigger={false}>
            <Base.Popup className={styles.popup}>
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} className={styles.item}>
                  <Base.ItemIndicator className={styles.mark}>
                    <Icon name="check" />
                  </Base.ItemIndicator>
                  <Base.ItemText className={styles.text}>{option.label}</Base.ItemText>
                </Base.Item>
              ))}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </CSPProvider>
  );
}
