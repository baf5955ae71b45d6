import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it } from "vitest";
import { SecretField } from "./SecretField";

afterEach(cleanup);

function Field({ error }: { error?: string }) {
  const [value, setValue] = useState("");
  return <SecretField label="Passphrase" autoComplete="current-password" value={value} onChange={setValue} error={error} />;
}

it("hides what is typed until asked to show it", async () => {
  render(<Field />);
  const field = screen.getByLabelText<HTMLInputElement>("Passphrase");
  await userEvent.type(field, "oxbow");
  expect(field.type).toBe("password");
  await userEvent.click(screen.getByRole("button", { name: "Show passphrase" }));
  expect(field.type).toBe("text");
  expect(field.value).toBe("oxbow");
});

it("says in words that Caps Lock is on, and takes it back", () => {
  render(<Field />);
  const field = screen.getByLabelText("Passphrase");
  fireEvent.keyDown(field, { key: "A", modifierCapsLock: true });
  expect(screen.getByText("Caps Lock is on.")).toBeTruthy();
  fireEvent.keyUp(field, { key: "a", modifierCapsLock: false });
  expect(screen.queryByText("Caps Lock is on.")).toBeNull();
});

it("ties the error to the field", () => {
  render(<Field error="That is not the passphrase." />);
  const field = screen.getByLabelText("Passphrase");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(document.getElementById(field.getAttribute("aria-describedby") ?? "")?.textContent).toBe("That is not the passphrase.");
});
