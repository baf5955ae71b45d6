import { Button } from "../../components/Button";
import type { QueryRemark } from "../../ipc/bindings";
import { number } from "../when";
import styles from "./Remarks.module.css";

/** What in the search is not what it looks like, and that rows are only nearly spelled so. */
export function Remarks({
  remarks,
  near,
  total,
  onInstead,
}: {
  remarks: readonly QueryRemark[];
  near: number;
  total: number;
  onInstead: (remark: QueryRemark) => void;
}) {
  if (remarks.length === 0 && near === 0) return null;
  return (
    <div className={styles.remarks} role="status">
      {remarks.map((remark) => (
        <p key={remark.text}>
          {remark.message}
          {remark.instead !== null && (
            <Button variant="link" size="small" onClick={() => onInstead(remark)}>
              {`Use ${remark.instead}`}
            </Button>
          )}
        </p>
      ))}
      {near > 0 && <p>{near === total ? "None is spelled just so; these nearly are." : `${number(near)} of ${number(total)} are only nearly spelled so.`}</p>}
    </div>
  );
}
