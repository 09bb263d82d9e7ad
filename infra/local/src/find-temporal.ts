import { findTemporalBinary } from './temporal-binary.js';

/** Finds a Temporal server for the tests, and builds one if there is none. */
const say = (line: string): void => void process.stdout.write(`Temporal: ${line}\n`);
const address = process.env['TEMPORAL_ADDRESS'];
try {
  say(address ? `using ${address}` : await findTemporalBinary(say));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
