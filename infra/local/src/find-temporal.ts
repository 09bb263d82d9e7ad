import { findTemporalBinary } from './temporal-binary.js';

/** Makes sure that there is a Temporal server to test against, building it where there is none. */
const binary = await findTemporalBinary((line) => void process.stdout.write(`Temporal: ${line}\n`));
process.stdout.write(`Temporal: ${binary}\n`);
