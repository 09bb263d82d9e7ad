import { parseArgs } from 'node:util';

import { permissions, roles } from '@oms/contracts/http';
import { z } from 'zod';

import { demo } from './demo-data.js';
import { mintDevelopmentToken } from './development-token.js';
import { explain } from './explain-fault.js';
import { defaultDataDir, developmentSecret, localPaths } from './local-paths.js';

const usage =
  'usage: npm run token -- [--tenant <uuid>] [--org <uuid>] [--role <role>] [--permission <permission>]… [--subject <name>] [--days <number>]';

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { error: 'must be a UUID' });
const wanted = z.object({
  tenant: uuid.default(demo.tenantId),
  org: uuid.default(demo.orgId),
  role: z.enum(roles, { error: `must be one of ${roles.join(', ')}` }).default('admin'),
  permission: z.array(z.enum(permissions, { error: `must be one of ${permissions.join(', ')}` })).default([]),
  subject: z.string().min(1, { error: 'must not be empty' }).optional(),
  days: z
    .string()
    .regex(/^\d{1,4}(\.\d+)?$/, { error: 'must be a number of days' })
    .transform(Number)
    .refine((days) => days > 0, { error: 'must be above 0' })
    .default(30),
});

/** Prints a token for the local gateway, or all errors of the options. */
async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ tenant: text, org: text, role: text, subject: text, days: text },
      permission: { ...text, multiple: true },
    },
  });
  const { success, data, error } = wanted.safeParse(values);
  if (!success) {
    throw new Error(error.issues.map(({ path, message }) => `--${String(path[0])} ${message}`).join('\n'));
  }
  const paths = localPaths(process.env['LOCAL_DATA_DIR'] ?? defaultDataDir);
  const token = mintDevelopmentToken(await developmentSecret(paths), {
    tenantId: data.tenant,
    orgId: data.org,
    role: data.role,
    permissions: data.permission,
    lifetimeSeconds: Math.round(data.days * 24 * 3_600),
    ...(data.subject === undefined ? {} : { subject: data.subject }),
  });
  process.stdout.write(`${token}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error)}\n${usage}\n`);
  process.exit(1);
}
