import { runSoak } from './soak.js';
import { parseSoakOptions, SoakOptionsError, soakUsage, type SoakOptions } from './soak-options.js';
import { describeFigures, faultsOf } from './verdict.js';

const closers: (() => Promise<unknown>)[] = [];
// Progress goes to standard error, so that standard output has only the figures.
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) {
    await close().catch((error: unknown) => say(`while stopping: ${String(error)}`));
  }
}

async function soak(options: SoakOptions): Promise<void> {
  // The figures come from /proc, and only Linux has more than one loopback address.
  if (process.platform !== 'linux') throw new SoakOptionsError('the soak needs Linux');
  const figures = await runSoak(options, (close) => void closers.push(close), say);
  process.stdout.write(describeFigures(figures));
  const faults = faultsOf(figures);
  for (const fault of faults) say(`failed: ${fault}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say(`${signal}: stopping`);
    void closeAll().then(() => process.exit(130));
  });
}

try {
  const options = parseSoakOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(soakUsage);
  else await soak(options);
} catch (error) {
  if (error instanceof SoakOptionsError) say(`${error.message}\n\n${soakUsage}`);
  else say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
} finally {
  await closeAll();
}
