import { parseArgs } from 'node:util';

import { z } from 'zod';

/** How much is measured, and for how long. */
export interface BenchOptions {
  /** How often everything is measured. Figures are the medians of the rounds. */
  readonly rounds: number;
  /** How long each contender is measured in each round. */
  readonly seconds: number;
  /** How many orders are under way at once at saturation. */
  readonly inFlight: number;
  /** How many orders the databases hold that lists are read from. */
  readonly sizes: readonly number[];
  /** How many requests of each kind of read make a round. */
  readonly reads: number;
  /** Whether Temporal writes to a file, as with `npm start`, or keeps all in memory, which makes the server cheaper. */
  readonly temporal: 'file' | 'memory';
  /** Where the results are written; by default a file of this run's own. */
  readonly outputDir?: string;
}

const usual = { rounds: 5, seconds: 15, inFlight: 30, reads: 200, sizes: [1_000, 100_000, 1_000_000] };
const quick = { rounds: 1, seconds: 2, inFlight: 8, reads: 20, sizes: [100, 1_000] };

const count = z.coerce.number().int().min(1);
const given = z.object({
  quick: z.boolean().default(false),
  rounds: count.optional(),
  seconds: count.optional(),
  'in-flight': count.optional(),
  reads: count.optional(),
  sizes: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.int().min(100)))
    .optional(),
  temporal: z.enum(['file', 'memory']).default('file'),
  'output-dir': z.string().optional(),
});

/** @throws Error that names each argument that is not usable */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      'in-flight': { type: 'string' },
      reads: { type: 'string' },
      sizes: { type: 'string' },
      temporal: { type: 'string' },
      'output-dir': { type: 'string' },
    },
  });
  const parsed = given.safeParse(values);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const {
    rounds,
    seconds,
    reads,
    sizes,
    temporal,
    'in-flight': inFlight,
    'output-dir': outputDir,
  } = parsed.data;
  const defaults = parsed.data.quick ? quick : usual;
  return {
    rounds: rounds ?? defaults.rounds,
    seconds: seconds ?? defaults.seconds,
    inFlight: inFlight ?? defaults.inFlight,
    reads: reads ?? defaults.reads,
    sizes: sizes ?? defaults.sizes,
    temporal,
    ...(outputDir === undefined ? {} : { outputDir }),
  };
}
