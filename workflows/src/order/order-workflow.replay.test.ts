import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const sources = fileURLToPath(new URL('..', import.meta.url));
const recorded = fileURLToPath(new URL('../../histories/', import.meta.url));
const scratch = fileURLToPath(new URL(`../../dist/changed-${randomUUID()}/`, import.meta.url));
const bundlingMs = 60_000;

/** The code of the workflows below a folder, of the sources of all packages, as a worker would run it. */
async function bundle(folder: string): Promise<{ readonly code: string }> {
  return bundleWorkflowCode({
    workflowsPath: path.join(folder, 'index.ts'),
    logger: new DefaultLogger('ERROR'),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, conditionNames: ['oms-source', '...'] },
    }),
  });
}

function replay(workflowBundle: { readonly code: string }, file: string): Promise<void> {
  const history: unknown = JSON.parse(readFileSync(path.join(recorded, file), 'utf8'));
  return Worker.runReplayHistory({ workflowBundle }, history);
}

beforeAll(() => {
  // What is expected to fail is not to be taken for a fault by whoever reads the output.
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'OFF', forward: {} } },
  });
});

describe('an order that was begun by earlier code', () => {
  let present: { readonly code: string };

  beforeAll(async () => {
    present = await bundle(sources);
  }, bundlingMs);

  it.each(readdirSync(recorded).filter((file) => file.endsWith('.json')))(
    'can be continued by the present code: %s',
    async (file) => {
      await expect(replay(present, file)).resolves.toBeUndefined();
    },
  );
});

describe('a change of the workflow that orders under way cannot follow', () => {
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  /** Bundles a copy of the workflows in which one piece of one file is another. */
  function changed(
    name: string,
    file: string,
    piece: string,
    by: string,
  ): Promise<{ readonly code: string }> {
    const folder = path.join(scratch, name.replaceAll(' ', '-'));
    mkdirSync(folder, { recursive: true });
    cpSync(sources, folder, { recursive: true, filter: (source) => !source.endsWith('.test.ts') });
    const target = path.join(folder, file);
    const code = readFileSync(target, 'utf8');
    if (!code.includes(piece)) throw new Error(`${file} no longer has what this test changes: ${piece}`);
    writeFileSync(target, code.replace(piece, by));
    return bundle(folder);
  }

  it.each([
    ['words', 'order/order-details.ts', 'the warehouse has it', 'it is on its way', 'confirmed.json'],
    [
      'times',
      'order/persist.ts',
      'firstWaitMs = 5_000',
      'firstWaitMs = 1_000',
      'provider-down-at-capture.json',
    ],
  ])(
    'is none when only %s are others',
    async (name, file, piece, by, history) => {
      const copy = await changed(name, file, piece, by);
      await expect(replay(copy, history)).resolves.toBeUndefined();
    },
    bundlingMs,
  );

  it.each([
    [
      'stock reserved before the payment is authorised',
      'order/order-workflow.ts',
      '(await steps.authorize()) ?? (await steps.reserve())',
      '(await steps.reserve()) ?? (await steps.authorize())',
      'confirmed.json',
    ],
    [
      'a wait before each step',
      'order/persist.ts',
      'let attempts = 0;',
      'await sleep(1_000);\n  let attempts = 0;',
      'confirmed.json',
    ],
    [
      'an order that is not captured any more',
      'order/order-workflow.ts',
      ' ?? (await steps.capture())',
      '',
      'confirmed.json',
    ],
    [
      'money given back before the stock',
      'order/compensation.ts',
      'undo.splice(0).reverse()',
      'undo.splice(0)',
      'out-of-stock.json',
    ],
    [
      'a wait that is not waited out',
      'order/persist.ts',
      'if (await waitUnlessAsked(state, waitMs, step, asked))',
      'if (attempts > attemptsPerRound && (await waitUnlessAsked(state, waitMs, step, asked)))',
      'provider-down-at-capture.json',
    ],
    [
      'a history that is never continued in a new run',
      'order/persist.ts',
      'await afterWait();',
      '',
      'continued-then-confirmed.run-1.json',
    ],
  ])(
    'is caught: %s',
    async (name, file, piece, by, history) => {
      const copy = await changed(name, file, piece, by);
      await expect(replay(copy, history)).rejects.toThrow(DeterminismViolationError);
    },
    bundlingMs,
  );
});
