import { parseArgs } from 'node:util';

import { demo } from './demo-data.js';
import { mintDevelopmentToken } from './development-token.js';
import { defaultDataDir, developmentSecret, localPaths } from './local-paths.js';

/** Prints a token for the local gateway. */
const { values } = parseArgs({
  options: {
    tenant: { type: 'string', default: demo.tenantId },
    org: { type: 'string', default: demo.orgId },
    role: { type: 'string', default: 'admin' },
    subject: { type: 'string' },
    days: { type: 'string', default: '30' },
  },
});
const days = Number(values.days);
if (!(days > 0)) throw new Error('--days must be a number above 0');
const paths = localPaths(process.env['LOCAL_DATA_DIR'] ?? defaultDataDir);
const token = mintDevelopmentToken(await developmentSecret(paths), {
  tenantId: values.tenant,
  orgId: values.org,
  role: values.role,
  lifetimeSeconds: Math.round(days * 24 * 3_600),
  ...(values.subject === undefined ? {} : { subject: values.subject }),
});
process.stdout.write(`${token}\n`);
