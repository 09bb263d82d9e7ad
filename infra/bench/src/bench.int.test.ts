import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { BenchResult } from './report/bench-result.js';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

describe('the benchmark', () => {
  let outputDir: string;
  let report: string;
  let result: BenchResult;

  beforeAll(async () => {
    outputDir = await mkdtemp(path.join(os.tmpdir(), 'oms-bench-test-'));
    const sizes = [
      '--quick',
      '--rounds',
      '1',
      '--seconds',
      '1',
      '--in-flight',
      '4',
      '--changed-orders',
      '2',
      '--reads',
      '5',
      '--sizes',
      '100,200',
    ];
    ({ stdout: report } = await run(process.execPath, [main, ...sizes, '--output-dir', outputDir]));
    const files = await readdir(outputDir);
    const json = files.find((file) => file.endsWith('.json')) ?? 'no JSON was written';
    result = JSON.parse(await readFile(path.join(outputDir, json), 'utf8')) as BenchResult;
  }, 180_000);
  afterAll(() => rm(outputDir, { recursive: true, force: true }));

  it('compares the product with a bare workflow and plain SQL, at saturation and below', () => {
    expect(Object.keys(result.saturation)).toEqual(['product', 'bare', 'sql']);
    expect(Object.keys(result.load)).toEqual(['product', 'bare']);
  });

  it('measures changes of orders', () => {
    expect(Object.keys(result.changes.product)).toEqual(['ship', 'deliver', 'close']);
    expect(report).toContain('Changes of an order');
  });

  it('prints its usage, and names invalid arguments on stderr', async () => {
    expect((await run(process.execPath, [main, '--help'])).stdout).toContain('--rounds');
    const wrong = run(process.execPath, [main, '--rounds', 'many', '--sizes', '5']);
    await expect(wrong).rejects.toMatchObject({ code: 1, stdout: '' });
    const { stderr } = await wrong.catch((error: unknown) => error as { stderr: string });
    expect(stderr).toMatch(/rounds[\s\S]*sizes[\s\S]*npm run bench/);
    expect(stderr).not.toContain('    at ');
    await expect(run(process.execPath, [main, '--round', '1'])).rejects.toMatchObject({
      stderr: expect.stringContaining("'--round'") as string,
    });
  });

  it('measures reads at every size', () => {
    expect(result.reads.map(({ orders }) => orders)).toEqual([100, 200]);
  });

  it('reports the memory of each process', () => {
    const services = [
      'gateway',
      'order-worker',
      'payment-worker',
      'inventory-worker',
      'integration-worker',
      'payment-simulator',
    ];
    expect(Object.keys(result.memoryMib)).toEqual(
      expect.arrayContaining(['postgres', 'temporal', ...services, 'bare workflows', 'bare activities']),
    );
  });

  it('reports only figures above zero', () => {
    // A bare workflow has no local activities, and the machine may have been idle.
    const mayBeZero = ['cost.bare.localActivities', 'machine.loadAverageBefore'];
    const figures = numbersIn(result).filter(({ at }) => !mayBeZero.includes(at));
    expect(figures.length).toBeGreaterThan(80);
    expect(figures.filter(({ value }) => !(Number.isFinite(value) && value > 0))).toEqual([]);
  });

  it('prints the report that it writes', async () => {
    const files = await readdir(outputDir);
    const markdown = files.find((file) => file.endsWith('.md')) ?? 'no report was written';
    expect(report).toBe(await readFile(path.join(outputDir, markdown), 'utf8'));
    expect(report).toMatch(/\| orders\/s, 4 in flight \| [\d.]+ \| [\d.]+ \|/);
    expect(report).not.toMatch(/NaN|undefined|Infinity/);
  });
});

/** Every number with its path. Includes `null`, which is JSON's form of a number that is not finite. */
function numbersIn(value: unknown, at = ''): { readonly at: string; readonly value: number }[] {
  if (typeof value === 'number' || value === null) return [{ at, value: value ?? Number.NaN }];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, at === '' ? key : `${at}.${key}`));
}
