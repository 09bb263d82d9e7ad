import { fileURLToPath } from 'node:url';

import { copyChosen } from './choose-histories.js';

/** More histories cost the guard time and add no new steps. */
const atMost = 40;

const [from] = process.argv.slice(2);
if (from === undefined) throw new Error('usage: npm run choose-histories -- <folder of exported histories>');
const guarded = fileURLToPath(new URL('../../../workflows/histories/', import.meta.url));
for (const file of await copyChosen(from, guarded, atMost)) process.stdout.write(`${file}\n`);
