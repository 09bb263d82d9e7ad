import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, it } from 'vitest';

const sources = fileURLToPath(new URL('..', import.meta.url));
const recorded = fileURLToPath(new URL('../../histories/', import.meta.url));
/** The histories that end-to-end tests exported; a subfolder has the ones that people fetched. */
const files = readdirSync(recorded, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.json'),
);
/** Of all histories. */
const replayingMs = 180_000;

/** The code of the workflows, of the sources of all packages, as a worker would run it. */
async function bundle(workflowInterceptorModules: string[] = []): Promise<{ readonly code: string }> {
  return bundleWorkflowCode({
    workflowsPath: path.join(sources, 'index.ts'),
    workflowInterceptorModules,
    logger: new DefaultLogger('ERROR'),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, conditionNames: ['oms-source', '...'] },
    }),
  });
}

/** The result of each file's history on this code: replayed, or the error of its replay. */
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
  // Expected failures must not look like faults in the output.
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'OFF', forward: {} } },
  });
});

describe('a recorded history', () => {
  let outcomes: Awaited<ReturnType<typeof replay>>;
  let code: string;

  beforeAll(async () => {
    const present = await bundle();
    ({ code } = present);
    outcomes = await replay(present, files);
  }, replayingMs);

  it('is continued by code without zod, which each workflow would load', () => {
    const packages = [...code.matchAll(/node_modules\/(?!\.)((?:@[\w-]+\/)?[\w-]+)/g)].map(
      ([, name]) => name,
    );
    expect(new Set(packages)).toContain('@temporalio/workflow');
    expect(new Set(packages)).not.toContain('zod');
  });

  it.each(files)('can be continued by the present code: %s', (file) => {
    expect(outcomes.get(file)).toBe('replayed');
  });
});

const says = (file: string, word: string): boolean =>
  readFileSync(path.join(recorded, file), 'utf8').includes(`"${word}"`);
const hasTimer = (file: string): boolean => says(file, 'timerStartedEventAttributes');
function hasActivity(file: string): boolean {
  return says(file, 'activityTaskScheduledEventAttributes') || says(file, 'markerRecordedEventAttributes');
}

/** Changes of workflows that those under way cannot follow, made around the present code. */
describe.each([
  { what: 'another beginning', module: 'late-beginning.ts', shownBy: files },
  { what: 'activities of other names', module: 'other-activities.ts', shownBy: files.filter(hasActivity) },
  { what: 'no timers', module: 'no-timers.ts', shownBy: files.filter(hasTimer) },
])('workflows with $what', ({ module, shownBy }) => {
  let outcomes: Awaited<ReturnType<typeof replay>>;

  beforeAll(async () => {
    outcomes = await replay(await bundle([path.join(sources, 'testing', module)]), shownBy);
  }, replayingMs);

  it('is told by at least one history', () => {
    expect(shownBy).not.toEqual([]);
  });

  it.each(shownBy)('cannot continue %s', (file) => {
    expect(outcomes.get(file)).toBeInstanceOf(DeterminismViolationError);
  });
});
