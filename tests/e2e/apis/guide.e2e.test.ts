import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { patient, useFolder, useSalesClient, useTestStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const guide = fileURLToPath(new URL('../../../docs/one-order-three-apis.md', import.meta.url));

describe('the guide through the three APIs', () => {
  const stack = useTestStack({ env: patient });
  const sales = useSalesClient(stack);
  const checkout = useFolder();

  beforeAll(async () => {
    const token = stack.token({});
    const lamp = { title: 'Desk Lamp', variants: [{ sku: 'LAMP', price: '129.99', stock_quantity: 10 }] };
    await sales.post('/products', { id: 'prod_01JM5XQVZ3K7', ...lamp });
    const { body: key } = await stack.api.request<{ secret: string }>('POST', '/api/v1/api-keys', {
      name: 'guide',
      scopes: ['order:read', 'order:write'],
    });
    await mkdir(path.join(checkout.path, '.local'));
    const described = {
      gateway_url: stack.gatewayUrl,
      payment_simulator_url: stack.simulatorUrl,
      tenant_id: stack.tenantId,
      org_id: stack.orgId,
      token,
      api_key: key.secret,
    };
    await writeFile(path.join(checkout.path, '.local/stack.json'), JSON.stringify(described));
  });

  it('can be pasted as it is, and ends with books that balance', async () => {
    const text = await readFile(guide, 'utf8');
    const blocks = [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', blocks.join('\n')], {
      cwd: checkout.path,
    });
    const [draft, total, confirmed, ...rest] = stdout.split('\n');
    expect(draft).toMatch(/^ORD-\d+ is a draft of 259\.98$/);
    expect([total, confirmed]).toEqual(['389.97', 'confirmed']);
    const words = rest.map((line) => line.trim()).filter((line) => /^[a-z]+$|^\d+\.\d\d$/.test(line));
    expect(words).toEqual(
      'shipped processing shipped delivered approved received 129.99 closed delivered'.split(' '),
    );
    const proof = JSON.parse(rest.findLast((line) => line.startsWith('{"id"')) ?? '{}') as object;
    expect(proof).toMatchObject({
      ...{ status: 'closed', balances: true, faults: [] },
      money: { captured: '389.97', refunded: '129.99' },
      stock: [{ reserved: 3, shipped: 3, restocked: 1 }],
    });
  });
});
