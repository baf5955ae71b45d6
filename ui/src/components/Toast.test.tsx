import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Toast } from "./Toast";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
const pass = (seconds: number) =>
  act(() => {
    vi.advanceTimersByTime(seconds * 1000);
  });

it("goes away after six seconds, but not under the pointer", () => {
  const onClose = vi.fn();
  render(<Toast light="ok" title="412 repositories read" onClose={onClose} />);
  fireEvent.pointerEnter(screen.getByRole("status"));
  pass(60);
  expect(onClose).not.toHaveBeenCalled();
  fireEvent.pointerLeave(screen.getByRole("status"));
  pass(6);
  expect(onClose).toHaveBeenCalledOnce();
});

it("stays until answered if it has an action, and closes by Esc", () => {
  const onClose = vi.fn();
  render(<Toast light="stop" title="Sign in again" action={{ label: "Open", run: vi.fn() }} onClose={onClose} />);
  pass(600);
  expect(onClose).not.toHaveBeenCalled();
  fireEvent.keyDown(screen.getByRole("button", { name: "Open" }), { key: "Escape" });
  expect(onClose).toHaveBeenCalledOnce();
});
