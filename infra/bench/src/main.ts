import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { runBench } from './bench.js';
import { BenchOptionsError, benchUsage, parseBenchOptions, type BenchOptions } from './bench-options.js';
import type { BenchResult } from './report/bench-result.js';
import { renderReport } from './report/render-report.js';

const defaultOutputDir = fileURLToPath(new URL('../../../.local/bench', import.meta.url));
const closers: (() => Promise<void>)[] = [];

// Progress goes to standard error, so that standard output has only the report.
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) {
    await close().catch((error: unknown) => say(`while stopping: ${String(error)}`));
  }
}

async function write(result: BenchResult, { outputDir = defaultOutputDir }: BenchOptions): Promise<void> {
  await mkdir(outputDir, { recursive: true });
  const file = path.join(outputDir, result.startedAt.replaceAll(':', '-').replace(/\.\d+Z$/, 'Z'));
  const report = renderReport(result);
  await writeFile(`${file}.json`, `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(`${file}.md`, report);
  process.stdout.write(report);
  say(`written to ${file}.json and .md`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say(`${signal}: stopping`);
    void closeAll().then(() => process.exit(130));
  });
}

try {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(benchUsage);
  else await write(await runBench(options, (close) => void closers.push(close), say), options);
} catch (error) {
  if (error instanceof BenchOptionsError) say(`${error.message}\n\n${benchUsage}`);
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
} finally {
  await closeAll();
}
