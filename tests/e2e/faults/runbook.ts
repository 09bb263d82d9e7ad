import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { simulatedAccountsAt } from '@oms/stack';
import type { TestStack } from '@oms/testing';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

export const runbookText = readFileSync(path.join(root, 'docs/runbook.md'), 'utf8');

const services = [
  'gateway',
  'order-worker',
  'payment-worker',
  'inventory-worker',
  'integration-worker',
] as const;

/** All commands of the runbook; each has a test that pastes them. */
export const runbookNames = [
  'shell',
  'ready',
  'look',
  'look-in-temporal',
  'retry',
  'retry-all',
  'repair',
  'give-up',
  'resolve',
  'postgres',
  'temporal',
  'workers',
  'start',
  'replay',
  'proof',
  'check',
] as const;
export type RunbookName = (typeof runbookNames)[number];

/** The commands of the runbook under a name. */
function commands(name: RunbookName): string {
  const match = new RegExp(`<!-- runbook: ${name} -->\\s*\`\`\`bash\\n([\\s\\S]*?)\`\`\``).exec(runbookText);
  if (!match?.[1]) throw new Error(`the runbook has no commands called ${name}`);
  return match[1];
}

/** The variables that the first commands of the runbook set, for this stack instead of the local one. */
function shellFor(stack: TestStack): string {
  const readyz = services.map((name) => `${name}=${stack.readyUrl(name)}`).join(' ');
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = stack.environment('gateway');
  return commands('shell')
    .replace(/^TOKEN=.*$/m, `TOKEN='${stack.token({ role: 'operator' })}'`)
    .replace('http://127.0.0.1:8080/api', `${stack.gatewayUrl}/api`)
    .replace(/^READYZ="[^"]*"$/m, `READYZ='${readyz}'`)
    .replace('npm run --silent temporal --', 'node infra/local/dist/temporal-cli.js')
    .replace(/^export TEMPORAL_.*$/m, `export TEMPORAL_ADDRESS=${address} TEMPORAL_NAMESPACE=${namespace}`);
}

/**
 * Runs commands of the runbook as an operator pastes them. Only the address of the stack and the caller differ.
 *
 * @param env the environment of a service that the commands start
 * @throws Error with the output when one of them fails
 */
export async function pasteFromRunbook(
  stack: TestStack,
  name: RunbookName,
  { orderId = '', env = {} }: { readonly orderId?: string; readonly env?: Readonly<Record<string, string>> },
): Promise<string> {
  // These build first what has changed; what is run here was built before the tests began.
  const pasted = commands(name)
    .replace('npm run --silent check-orders --', 'node infra/check-orders/dist/main.js')
    .replace('npm run --silent check-orders', 'node infra/check-orders/dist/main.js')
    .replace('npm run --silent replay --', 'node infra/replay/dist/main.js');
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', `${shellFor(stack)}\n${pasted}`], {
    cwd: root,
    env: {
      ...process.env,
      ...simulatedAccountsAt(stack.simulatorUrl),
      DATABASE_URL: stack.databaseUrls.worker,
      ORDER_ID: orderId,
      TENANT_ID: stack.tenantId,
      ORG_ID: stack.orgId,
      ...env,
    },
  });
  return stdout;
}
