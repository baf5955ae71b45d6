import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { Button } from "./Button";

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it("keeps its name free of key caps", () => {
  render(<Button keys={["↵"]}>Make the vault</Button>);
  expect(screen.getByRole("button", { name: "Make the vault" })).toBeTruthy();
});

it("can be reached while it can't be used, says why, and does nothing", async () => {
  const pressed = vi.fn();
  render(
    <Button disabledReason="Sign in again first." onClick={pressed}>
      Sync now
    </Button>,
  );
  await userEvent.tab();
  const button = screen.getByRole("button", { name: "Sync now", description: "Sign in again first." });
  expect(document.activeElement).toBe(button);
  await userEvent.keyboard("{Enter}");
  await userEvent.click(button);
  expect(pressed).not.toHaveBeenCalled();
});

it("says what it is doing only when that takes a while, and is pressed once", () => {
  vi.useFakeTimers();
  const pressed = vi.fn();
  render(
    <Button busy="Opening…" onClick={pressed}>
      Open
    </Button>,
  );
  screen.getByRole("button").click();
  expect(pressed).not.toHaveBeenCalled();
  expect(screen.getByRole("button").textContent).toBe("Open");
  act(() => {
    vi.advanceTimersByTime(400);
  });
  expect(screen.getByRole("button").textContent).toBe("Opening…");
});
