import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

afterEach(cleanup);

function Page({ onRemove }: { onRemove: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Remove…</Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Remove it?"
        actions={<Button onClick={onRemove}>Remove it</Button>}
      >
        <p>It is gone then.</p>
      </Dialog>
    </>
  );
}

it("names itself, changes nothing by Esc, and gives the focus back to its opener", async () => {
  const onRemove = vi.fn();
  render(<Page onRemove={onRemove} />);
  const opener = screen.getByRole("button", { name: "Remove…" });
  await userEvent.click(opener);
  const dialog = await screen.findByRole("dialog", { name: "Remove it?", description: "It is gone then." });
  await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
  await userEvent.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(onRemove).not.toHaveBeenCalled();
  await waitFor(() => expect(document.activeElement).toBe(opener));
});
