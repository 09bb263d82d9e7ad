import { z } from 'zod';

import { workerConfig } from '@oms/worker';

import { gatewayConfig } from '../../services/gateway/src/gateway-config.js';
import { integrationWorkerConfig } from '../../services/integration-worker/src/integration-worker-config.js';
import { paymentWorkerConfig } from '../../services/payment-worker/src/payment-worker-config.js';
import { documentedMembers } from './documented-members.js';
import { code, table } from './markdown.js';

const comments = documentedMembers([
  'packages/config/src/fragments.ts',
  'packages/config/src/temporal-config.ts',
  'packages/config/src/payment-config.ts',
  'packages/config/src/provider-settings.ts',
  'packages/worker/src/worker-config.ts',
  'services/gateway/src/gateway-config.ts',
  'services/integration-worker/src/integration-worker-config.ts',
]);

/** The variables of a configuration, which may be an intersection with rules across them. */
function variablesOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodIntersection) return variablesOf(schema.def.left as z.ZodType);
  throw new Error('a configuration is an object, or one with rules');
}

/** The words in which a schema refuses a value that no variable takes; empty for free text. */
function allowedBy(schema: z.ZodType): string {
  const { error } = schema.safeParse('\u0000 not a value');
  const issue = error?.issues[0];
  if (issue?.code === 'invalid_value') return issue.values.map((value) => code(String(value))).join(', ');
  return issue?.message.replace(/^must be (a |an )?/, '') ?? '';
}

function defaultOf(schema: z.ZodType): string {
  const { success, data } = schema.safeParse(undefined);
  if (!success) return '**required**';
  if (data === undefined) return '';
  const text = Array.isArray(data) ? data.join(',') : JSON.stringify(data).replaceAll('"', '');
  return text === '' ? '' : code(text);
}

function tableOf(schema: z.ZodType, except: readonly string[] = []): string {
  const rows = Object.entries(variablesOf(schema))
    .filter(([name]) => !except.includes(name))
    .map(([name, variable]) => [
      code(name),
      comments.get(name) ?? '',
      defaultOf(variable),
      allowedBy(variable),
    ]);
  return table(['Variable', 'Meaning', 'Default', 'Allowed'], rows);
}

/** `docs/reference/environment.md`. */
export function environmentPage(): string {
  const ofWorkers = Object.keys(workerConfig.shape);
  return [
    '# Environment variables',
    'Generated from the configurations of the services: `npm run reference`. Each service checks its variables at its start and names all faults at once. An empty variable counts as absent.',
    '## Every worker',
    tableOf(workerConfig),
    '## `payment-worker`, beside those of every worker',
    tableOf(paymentWorkerConfig, ofWorkers),
    '## `integration-worker`, beside those of every worker',
    tableOf(integrationWorkerConfig, ofWorkers),
    '## `gateway`',
    tableOf(gatewayConfig),
  ].join('\n\n');
}
