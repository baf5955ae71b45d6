import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it } from "vitest";
import { Segments } from "./Segments";
import { Switch } from "./Switch";

afterEach(cleanup);

it("is one stop for Tab, and arrows choose", async () => {
  function Shown() {
    const [value, setValue] = useState("all");
    return (
      <Segments
        label="Show"
        value={value}
        onChange={setValue}
        options={[
          { value: "all", label: "All" },
          { value: "changes", label: "Changes" },
        ]}
      />
    );
  }
  render(<Shown />);
  await userEvent.tab();
  await userEvent.keyboard("{ArrowRight}");
  const changes = screen.getByRole("radio", { name: "Changes", checked: true });
  expect(document.activeElement).toBe(changes);
  await userEvent.keyboard("{ArrowRight}");
  expect(screen.getByRole("radio", { name: "All", checked: true })).toBeTruthy();
});

it("switches by Space", async () => {
  function Shown() {
    const [on, setOn] = useState(false);
    return <Switch label="Keep working" on={on} onChange={setOn} />;
  }
  render(<Shown />);
  await userEvent.tab();
  await userEvent.keyboard(" ");
  expect(screen.getByRole("switch", { name: "Keep working", checked: true })).toBeTruthy();
});
