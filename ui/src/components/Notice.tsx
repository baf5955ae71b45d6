import { type ReactNode, useEffect, useState } from "react";
import { classes } from "./classes";
import styles from "./Notice.module.css";

/** One cause, what is safe, one action. Said once as an alert; from then on it is a region to go to. */
export function Notice({
  tone,
  title,
  children,
  action,
  icon,
  className,
}: {
  tone: "danger" | "warning" | "plain";
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
  className?: string | undefined;
}) {
  const [said, setSaid] = useState(false);
  useEffect(() => {
    // A live region is read when it appears; a second later it can become a landmark without being read twice.
    const timer = setTimeout(() => setSaid(true), 1000);
    return () => clearTimeout(timer);
  }, []);
  const first = tone === "danger" ? "alert" : "status";
  return (
    <section
      className={classes(styles.notice, styles[tone], className)}
      role={said ? "region" : first}
      aria-label={said ? title : undefined}
    >
      {icon && <span className={styles.icon}>{icon}</span>}
      <h2 className={styles.title}>{title}</h2>
      {children && <div className={styles.text}>{children}</div>}
      {action && <div className={styles.action}>{action}</div>}
    </section>
  );
}
