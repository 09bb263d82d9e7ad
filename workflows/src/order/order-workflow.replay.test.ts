import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import * as workflows from '../index.js';
import { incompatibleChanges } from '../testing/incompatible-changes.js';

const sources = fileURLToPath(new URL('..', import.meta.url));
const recorded = fileURLToPath(new URL('../../histories/', import.meta.url));
const scratch = fileURLToPath(new URL(`../../dist/changed-${randomUUID()}/`, import.meta.url));
/** Of today's code, and in folders of their own those of earlier code. */
const files = readdirSync(recorded, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.json'),
);
const bundlingMs = 60_000;
/** Of all histories. */
const replayingMs = 180_000;

const isSource = (file: string): boolean => !file.endsWith('.test.ts') && path.basename(file) !== 'testing';

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

/** The recordings of a run: the one of today's code, and those of earlier code that went the same way. */
function recordingsOf(run: string): readonly string[] {
  const recordings = files.filter((file) => path.basename(file) === `${run}.json`);
  if (!recordings.includes(`${run}.json`)) throw new Error(`${run} has not been recorded on today's code`);
  return recordings;
}

/** What became of each file's history on this code: that it was replayed, or the error that it ended with. */
async function replay(
  workflowBundle: { readonly code: string },
  wanted: readonly string[],
): Promise<ReadonlyMap<string, Error | 'replayed'>> {
  const histories = wanted.map((file) => ({
    // Several files have the same workflow, in another run.
    workflowId: file,
    history: JSON.parse(readFileSync(path.join(recorded, file), 'utf8')) as unknown,
  }));
  const outcomes = new Map<string, Error | 'replayed'>();
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    outcomes.set(workflowId, error ?? 'replayed');
  }
  return outcomes;
}

beforeAll(() => {
  // What is expected to fail is not to be taken for a fault by whoever reads the output.
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'OFF', forward: {} } },
  });
});

describe('a workflow that was begun by earlier code', () => {
  let outcomes: Awaited<ReturnType<typeof replay>>;

  beforeAll(async () => {
    outcomes = await replay(await bundle(sources), files);
  }, replayingMs);

  it.each(files)('can be continued by the present code: %s', (file) => {
    expect(outcomes.get(file)).toBe('replayed');
  });
});

describe('a change that workflows under way cannot follow', () => {
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
    cpSync(sources, folder, { recursive: true, filter: isSource });
    const target = path.join(folder, file);
    const code = readFileSync(target, 'utf8');
    if (!code.includes(piece)) throw new Error(`${file} no longer has what this test changes: ${piece}`);
    writeFileSync(target, code.replace(piece, by));
    return bundle(folder);
  }

  it.each([
    ['words', 'order/order-details.ts', 'the warehouse has it', 'it is on its way', 'confirmed'],
    ['times', 'order/persist.ts', 'firstWaitMs = 5_000', 'firstWaitMs = 1_000', 'provider-down-at-capture'],
  ])(
    'is none when only %s are others',
    async (name, file, piece, by, run) => {
      const outcomes = await replay(await changed(name, file, piece, by), recordingsOf(run));
      for (const [history, outcome] of outcomes) expect(outcome, history).toBe('replayed');
    },
    bundlingMs,
  );

  it.each(incompatibleChanges)(
    'is caught: $what',
    async ({ what, file, piece, by = '', histories }) => {
      const wanted = histories.flatMap(recordingsOf);
      const outcomes = await replay(await changed(what, file, piece, by), wanted);
      expect(outcomes.size).toBe(wanted.length);
      for (const [history, outcome] of outcomes) {
        expect(outcome, history).toBeInstanceOf(DeterminismViolationError);
      }
    },
    bundlingMs,
  );
});

describe('every recorded history', () => {
  let outcomes: Awaited<ReturnType<typeof replay>>;

  beforeAll(async () => {
    const folder = path.join(scratch, 'late');
    cpSync(sources, folder, { recursive: true, filter: isSource });
    renameSync(path.join(folder, 'index.ts'), path.join(folder, 'present.ts'));
    writeFileSync(
      path.join(folder, 'index.ts'),
      `import { sleep } from '@temporalio/workflow';
      import * as present from './present.js';
      const late = (workflow) => async (...args) => { await sleep(1_000); return workflow(...args); };
      ${Object.keys(workflows)
        .map((name) => `export const ${name} = late(present.${name});`)
        .join('\n')}`,
    );
    outcomes = await replay(await bundle(folder), files);
  }, replayingMs);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it.each(files)('is of a workflow that had begun, and notices another beginning: %s', (file) => {
    expect(outcomes.get(file)).toBeInstanceOf(DeterminismViolationError);
  });
});
