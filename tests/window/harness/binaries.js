// Where the programs under test are.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOP = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The folder with the built programs. */
export const BINARIES = process.env.DRAWBRIDGE_BINARIES ?? join(TOP, 'target/debug');
/** The desktop app. */
export const APP = join(BINARIES, 'drawbridge-desktop');
/** The command line. */
export const CLI = join(BINARIES, 'drawbridge');
