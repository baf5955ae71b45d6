import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { ChoiceList } from "./ChoiceList";

afterEach(cleanup);

function Question({ reason }: { reason?: string }) {
  const [value, setValue] = useState("b");
  return (
    <>
      <ChoiceList
        label="Which"
        look="cards"
        keys="anywhere"
        value={value}
        onChange={setValue}
        choices={[
          { value: "a", title: "First", note: "the first one", disabledReason: reason },
          { value: "b", title: "Second" },
          { value: "c", title: "Third" },
        ]}
      />
      <input aria-label="Elsewhere" />
    </>
  );
}

const checked = () => screen.getByRole("radio", { checked: true }).textContent;

describe("ChoiceList", () => {
  it("has one place in the tab order: the chosen one", async () => {
    render(<Question />);
    await userEvent.tab();
    expect(document.activeElement).toBe(screen.getByRole("radio", { name: "Second" }));
    await userEvent.tab();
    expect(document.activeElement).toBe(screen.getByLabelText("Elsewhere"));
  });

  it("moves with the arrows, round the ends", async () => {
    render(<Question />);
    await userEvent.tab();
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    expect(checked()).toContain("First");
    await userEvent.keyboard("{ArrowUp}");
    expect(checked()).toContain("Third");
  });

  it("takes digits from anywhere, but not from somebody who is typing", async () => {
    render(<Question />);
    await userEvent.keyboard("1");
    expect(checked()).toContain("First");
    await userEvent.type(screen.getByLabelText("Elsewhere"), "3");
    expect(checked()).toContain("First");
  });

  it("says why a choice can't be taken, and does not take it", async () => {
    render(<Question reason="Nothing answers." />);
    const first = screen.getByRole("radio", { name: "First", description: "Nothing answers." });
    expect(first.getAttribute("aria-disabled")).toBe("true");
    await userEvent.click(first);
    await userEvent.keyboard("1");
    expect(checked()).toContain("Second");
    await userEvent.keyboard("{ArrowUp}");
    expect(checked()).toContain("Third");
  });
});
