// Waiting for something to become true, with a limit and with words for when it does not.

const LIMIT = 60_000;
const STEP = 60;

/** Asks `look` until it gives something truthy, and gives that. Errors count as "not yet". */
export async function until(what, look, limit = LIMIT) {
  const ends = performance.now() + limit;
  let last;
  for (;;) {
    try {
      const seen = await look();
      if (seen) return seen;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > ends) {
      throw new Error(`waited ${limit / 1000} s in vain: ${what}${last ? `\n(last: ${last.message})` : ''}`);
    }
    await pause(STEP);
  }
}

/** Makes sure that something stays untrue for a while: the only thing that can't be waited for. */
export async function never(what, look, during = 1500) {
  const ends = performance.now() + during;
  while (performance.now() < ends) {
    if (await look()) throw new Error(`it happened although it must not: ${what}`);
    await pause(STEP);
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
