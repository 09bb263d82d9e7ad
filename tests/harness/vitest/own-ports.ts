import { freePorts } from '@oms/stack/ports';

// Test files run side by side: what one of them is given and does not use yet is free for all that the other one can see.
const [lowest, width] = [15_000, 2_000];
const worker = Number(process.env['VITEST_POOL_ID']) - 1;
freePorts.from = lowest + (worker % 8) * width;
freePorts.to = freePorts.from + width;
