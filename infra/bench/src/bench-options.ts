import { parseArgs } from 'node:util';

import { z } from 'zod';

/** The extent of the measurements. */
export interface BenchOptions {
  /** Number of rounds. Figures are the medians of the rounds. */
  readonly rounds: number;
  /** Duration of each contender's measurement in each round. */
  readonly seconds: number;
  /** Number of concurrent orders at saturation. */
  readonly inFlight: number;
  /** Numbers of orders in the databases that are read from. */
  readonly sizes: readonly number[];
  /** Number of orders whose changes are measured in a round. */
  readonly changedOrders: number;
  /** Number of requests of each kind of read in a round. */
  readonly reads: number;
  /** Storage of Temporal: a file as with `npm start`, or memory, which makes the server cheaper. */
  readonly temporal: 'file' | 'memory';
  /** The folder of the results. Each run writes new files. */
  readonly outputDir?: string;
}

const usual = {
  rounds: 5,
  seconds: 15,
  inFlight: 30,
  changedOrders: 20,
  reads: 200,
  sizes: [1_000, 100_000, 1_000_000],
};
const quick = { rounds: 1, seconds: 2, inFlight: 8, changedOrders: 3, reads: 20, sizes: [100, 1_000] };

const count = z.coerce.number().int().min(1);
const given = z.object({
  quick: z.boolean().default(false),
  rounds: count.optional(),
  seconds: count.optional(),
  'in-flight': count.optional(),
  'changed-orders': count.optional(),
  reads: count.optional(),
  sizes: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.int().min(100)))
    .optional(),
  temporal: z.enum(['file', 'memory']).default('file'),
  'output-dir': z.string().optional(),
});

export const benchUsage = `npm run bench -- [options]
  --quick                 a short run to see that it works; its figures mean little
  --rounds <n>            number of rounds (${usual.rounds})
  --seconds <n>           seconds of each contender's measurement in each round (${usual.seconds})
  --in-flight <n>         concurrent orders at saturation (${usual.inFlight})
  --changed-orders <n>    orders whose changes are measured in a round (${usual.changedOrders})
  --reads <n>             requests of each kind of read in a round (${usual.reads})
  --sizes <n,n,…>         sizes of the databases for reads, in orders (${usual.sizes.join(',')})
  --temporal file|memory  storage of Temporal (file)
  --output-dir <path>     folder of the results (.local/bench)
`;

/** Invalid arguments. The message names each of them. */
export class BenchOptionsError extends Error {}

/** @throws BenchOptionsError */
export function parseBenchOptions(args: readonly string[]): BenchOptions | 'help' {
  const values = readArguments(args);
  if (values.help) return 'help';
  const parsed = given.safeParse(values);
  if (!parsed.success) throw new BenchOptionsError(z.prettifyError(parsed.error));
  const {
    rounds,
    seconds,
    reads,
    sizes,
    temporal,
    'in-flight': inFlight,
    'changed-orders': changedOrders,
    'output-dir': outputDir,
  } = parsed.data;
  const defaults = parsed.data.quick ? quick : usual;
  return {
    rounds: rounds ?? defaults.rounds,
    seconds: seconds ?? defaults.seconds,
    inFlight: inFlight ?? defaults.inFlight,
    changedOrders: changedOrders ?? defaults.changedOrders,
    reads: reads ?? defaults.reads,
    sizes: sizes ?? defaults.sizes,
    temporal,
    ...(outputDir === undefined ? {} : { outputDir }),
  };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        quick: { type: 'boolean' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        'in-flight': { type: 'string' },
        'changed-orders': { type: 'string' },
        reads: { type: 'string' },
        sizes: { type: 'string' },
        temporal: { type: 'string' },
        'output-dir': { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new BenchOptionsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
