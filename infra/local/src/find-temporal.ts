import { findTemporalBinary } from './temporal-binary.js';

/** Makes sure that there is a Temporal server to test against, building it where there is none. */
const say = (line: string): void => void process.stdout.write(`Temporal: ${line}\n`);
const address = process.env['TEMPORAL_ADDRESS'];
try {
  say(address ? `the one at ${address}` : await findTemporalBinary(say));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
