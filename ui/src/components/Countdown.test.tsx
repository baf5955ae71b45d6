import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Countdown } from "./Countdown";

const START = Date.UTC(2026, 10, 22, 12);
beforeEach(() => vi.useFakeTimers({ now: START }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
const pass = (seconds: number) =>
  act(() => {
    vi.advanceTimersByTime(seconds * 1000);
  });

it("shows each second and speaks at five minutes and one", () => {
  render(<Countdown start={START} end={START + 600_000} look="clock" />);
  const timer = screen.getByRole("timer", { name: "Time left" });
  const said = screen.getByRole("status");
  expect(timer.textContent).toBe("10:00");
  pass(138);
  expect(timer.textContent).toBe("7:42");
  expect(said.textContent).toBe("");
  pass(162);
  expect(said.textContent).toBe("5 minutes left");
  pass(240);
  expect(said.textContent).toBe("1 minute left");
  pass(300);
  expect(timer.textContent).toBe("0:00");
});

it("goes by the clock, not by how often it was called", () => {
  render(<Countdown start={START} end={START + 600_000} look="clock" />);
  vi.setSystemTime(START + 500_000);
  pass(1);
  expect(screen.getByRole("timer").textContent).toBe("1:39");
});
