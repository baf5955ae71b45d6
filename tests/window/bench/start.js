// Start to usable list beside an empty Tauri window, in the same run on the same machine: seconds,
// memory of the Rust process, and their ratios. Usage: node start.js [REPOSITORIES [ROUNDS]]
// The binaries are those of DRAWBRIDGE_BINARIES; build them with --release.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP, BINARIES } from '../harness/binaries.js';
import { cli } from '../harness/app.js';
import { end } from '../harness/children.js';
import { Desktop } from '../harness/desktop.js';
import { Forge } from '../harness/forge.js';

const [repositories, rounds] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 5)];
const PATIENCE = 60_000;

const desktop = await Desktop.start({ keychain: true, panel: false });
try {
  const forge = await Forge.start(desktop, ['--repositories', String(repositories)]);
  const { token } = await forge.control('POST', 'token', { kind: 'classic', scopes: ['repo', 'read:org'] });
  await cli(desktop, ['vault', 'create', '--keychain']);
  await cli(desktop, ['connect', 'github', '--host', forge.host, '--token-stdin'], { input: token });
  await cli(desktop, ['sync']);
  const { total } = await cli(desktop, ['repo', 'list', '--limit', '1']);
  await cli(desktop, ['keeper', 'stop']);
  console.log(`${total} repositories in a vault that the keychain opens; ${rounds} rounds, medians`);

  const [ours, empty] = [[], []];
  for (let round = 0; round < rounds; round++) {
    empty.push(await measure(join(BINARIES, 'examples/empty_window'), 'the page is there'));
    ours.push(await measure(APP, 'a list was answered'));
  }
  const column = (rows, name) => median(rows.map((row) => row[name]));
  console.log('                          empty window   Drawbridge   ratio or difference');
  const [e, o] = ['milliseconds'].map((name) => [column(empty, name), column(ours, name)])[0];
  console.log(`start to usable list, ms  ${pad(e)}   ${pad(o)}   ${(o / e).toFixed(2)} x (target 1.3)`);
  const [em, om] = [column(empty, 'megabytes'), column(ours, 'megabytes')];
  console.log(`own memory (anonymous), MB ${pad(em)}   ${pad(om)}   +${(om - em).toFixed(0)} MB (target 60)`);
} finally {
  await desktop.stop();
}

/** Starts a program and waits until it says a line; gives the time and its memory at that moment. */
async function measure(program, line) {
  const from = performance.now();
  const child = desktop.spawn(program, [], {
    name: 'measured',
    env: { DRAWBRIDGE_LOG: 'debug' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const milliseconds = await new Promise((done, fail) => {
    let said = '';
    const timer = setTimeout(() => fail(new Error(`${program} did not say "${line}": ${said.slice(-2000)}`)), PATIENCE);
    child.stderr.on('data', (data) => {
      said += data;
      if (said.includes(line)) {
        clearTimeout(timer);
        done(performance.now() - from);
      }
    });
  });
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const megabytes = Number(/RssAnon:\s+(\d+)/.exec(status)[1]) / 1024;
  await end(child);
  return { milliseconds, megabytes };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function pad(number) {
  return number.toFixed(0).padStart(10);
}
