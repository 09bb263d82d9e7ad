import { freePorts } from '@oms/stack/ports';

// Test files run concurrently. A port that one file has reserved and not opened yet looks free to the others, so each
// worker has a range of its own.
const [lowest, width] = [15_000, 2_000];
const worker = Number(process.env['VITEST_POOL_ID']) - 1;
freePorts.from = lowest + (worker % 8) * width;
freePorts.to = freePorts.from + width;
