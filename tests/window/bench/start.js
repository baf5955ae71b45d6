// Start to usable list beside an empty Tauri window, in the same run on the same machine: from the start of
// the program until what is on the display where the rows are has come to rest, memory of the Rust process,
// and their ratios. Usage: node start.js [REPOSITORIES [ROUNDS]]
// The binaries are those of DRAWBRIDGE_BINARIES; build them with --release.

import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { join } from 'node:path';
import { APP, BINARIES } from '../harness/binaries.js';
import { cli } from '../harness/app.js';
import { end } from '../harness/children.js';
import { Desktop } from '../harness/desktop.js';
import { Forge } from '../harness/forge.js';

const [repositories, rounds] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 5)];
/** Nothing changes on the display for this long, in milliseconds: it has come to rest. */
const AT_REST = 1500;
const PATIENCE = 60_000;
/** How often the display is looked at, in milliseconds; what looks takes its share of the machine. */
const EVERY = 5;
/** Some lines of the display where the rows of the list are, and the middle of the empty window. */
const ROWS = [260, 310, 360, 410, 460, 510];

const desktop = await Desktop.start({ keychain: true, panel: false, screen: true });
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
    empty.push(await measure(join(BINARIES, 'examples/empty_window')));
    ours.push(await measure(APP));
  }
  const column = (rows, name) => median(rows.map((row) => row[name]));
  console.log('                          empty window   Drawbridge   ratio or difference');
  const [e, o] = ['milliseconds'].map((name) => [column(empty, name), column(ours, name)])[0];
  console.log(`start to list on screen, ms${pad(e)}   ${pad(o)}   ${(o / e).toFixed(2)} x (target 1.3)`);
  const [em, om] = [column(empty, 'megabytes'), column(ours, 'megabytes')];
  console.log(`own memory (anonymous), MB ${pad(em)}   ${pad(om)}   +${(om - em).toFixed(0)} MB (target 60)`);
} finally {
  await desktop.stop();
}

/** Starts a program and waits until it has drawn; gives the time until then and its memory. */
async function measure(program) {
  const display = openSync(desktop.screen(), 'r');
  try {
    let shown = rows(display);
    const from = performance.now();
    let drawn;
    const child = desktop.spawn(program, [], { name: 'measured' });
    while (drawn === undefined || performance.now() - from - drawn < AT_REST) {
      if (performance.now() - from > PATIENCE) throw new Error(`${program} did not come to rest: ${desktop.logs('measured')}`);
      await after(EVERY);
      const now = rows(display);
      if (!now.equals(shown)) [shown, drawn] = [now, performance.now() - from];
    }
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const megabytes = Number(/RssAnon:\s+(\d+)/.exec(status)[1]) / 1024;
    await end(child);
    return { milliseconds: drawn, megabytes };
  } finally {
    closeSync(display);
  }
}

/** What is on the display where the rows are. The file is an X window dump: a head, a palette, the lines. */
function rows(display) {
  const head = Buffer.alloc(100);
  readSync(display, head, 0, head.length, 0);
  // Header size, bytes per line and length of the palette: words 0, 12 and 19 of XWDFile.h.
  const [begin, line, palette] = [0, 12, 19].map((word) => head.readUInt32BE(word * 4));
  const lines = ROWS.map((y) => {
    const pixels = Buffer.alloc(line);
    readSync(display, pixels, 0, line, begin + 12 * palette + y * line);
    return pixels;
  });
  return Buffer.concat(lines);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function pad(number) {
  return number.toFixed(0).padStart(10);
}
