import { parseArgs } from 'node:util';

import { z } from 'zod';

/** The behaviours of hostile connections. */
export const hostileKinds = [
  'silent',
  'half-headers',
  'half-body',
  'slow-bytes',
  'half-closed',
  'tunnel',
  'garbage',
  'reset',
] as const;
export type HostileKind = (typeof hostileKinds)[number];

/** The extent of a soak. */
export interface SoakOptions {
  readonly minutes: number;
  /** Concurrent hostile connections. A closed connection is replaced by the next. */
  readonly connections: number;
  /** Number of loopback addresses that the connections come from. */
  readonly sources: number;
  readonly kinds: readonly HostileKind[];
}

const given = z.object({
  minutes: z.coerce.number().positive().max(600).default(5),
  connections: z.coerce.number().int().min(1).max(20_000).default(2_000),
  sources: z.coerce.number().int().min(1).max(200).default(8),
  kinds: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(hostileKinds)))
    .default([...hostileKinds]),
});

export const soakUsage = `npm run soak -- [options]
  --minutes <n>      duration of the flood (5)
  --connections <n>  concurrent hostile connections (2000)
  --sources <n>      number of their source addresses, all loopback (8)
  --kinds <a,b,…>    their behaviours (${hostileKinds.join(',')})
`;

/** Invalid arguments. The message names each of them. */
export class SoakOptionsError extends Error {}

/** @throws SoakOptionsError */
export function parseSoakOptions(args: readonly string[]): SoakOptions | 'help' {
  const values = readArguments(args);
  if (values.help) return 'help';
  const parsed = given.safeParse(values);
  if (!parsed.success) throw new SoakOptionsError(z.prettifyError(parsed.error));
  return parsed.data;
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        minutes: { type: 'string' },
        connections: { type: 'string' },
        sources: { type: 'string' },
        kinds: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new SoakOptionsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
