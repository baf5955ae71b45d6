// Programs that a story starts: each has an owner, each is ended by its id.

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';

const PATIENCE = 4000;

/** Starts a program in the background; its output goes to the file `log`. */
export function start(program, args, { env, log, stdio }) {
  const out = openSync(log, 'a');
  const child = spawn(program, args, { env, stdio: stdio ?? ['ignore', out, out] });
  closeSync(out);
  child.on('error', (error) => {
    child.failure = error;
  });
  return child;
}

/** Runs a program to its end and gives what it said. */
export async function run(program, args, { env, input = '', limit = 60_000 } = {}) {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (said.stdout += data));
  child.stderr.on('data', (data) => (said.stderr += data));
  // It may end without reading.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  try {
    const [code, signal] = await once(child, 'close');
    return { code, signal, ...said };
  } finally {
    clearTimeout(timer);
  }
}

/** Ends a program, politely first. */
export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await gone;
  clearTimeout(timer);
}

/** Whether a process with that id is there. */
export function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
