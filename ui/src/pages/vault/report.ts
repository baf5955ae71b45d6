import type { Code, DoctorReport } from "../../ipc/bindings";

/** What can be shown to somebody who helps: what was found, the code, the version. Nothing of it opens anything. */
export function reportText({ findings }: DoctorReport, code: Code, version: string): string {
  const lines = findings.map(({ level, what, safe, action }) => `[${level}] ${[what, safe, action].filter(Boolean).join(" ")}`);
  return [`Drawbridge ${version}`, `Code: ${code}`, "No secret is in this report; paths and times are.", "", ...lines, ""].join("\n");
}
