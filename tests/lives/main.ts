import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

import { startTestServers, type TestServers } from '../harness/test-servers.js';
import { startTestStack, type TestStack } from '../harness/test-stack.js';
import { livesEnvironment, runLives } from './run-lives.js';

const usage = `Usage: npm run lives -- [options]
  --lives N      how many lives (1000)
  --seed N       of everything random (a new one)
  --minutes N    begin no life after that time
  --at-once N    how many at a time (12)
  --kill-every S kill a process every so many seconds; 0: none (20)
  --only N,N     only these lives of the seed, by their numbers`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function numberOf(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} must be a number\n${usage}`);
  return value;
}

function parseOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lives: { type: 'string', default: '1000' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      minutes: { type: 'string' },
      'at-once': { type: 'string', default: '12' },
      'kill-every': { type: 'string', default: '20' },
      only: { type: 'string' },
    },
  });
  const killEveryMs = numberOf(values['kill-every'], 'kill-every') * 1_000;
  return {
    lives: numberOf(values.lives, 'lives'),
    seed: numberOf(values.seed, 'seed'),
    concurrency: numberOf(values['at-once'], 'at-once'),
    ...(killEveryMs > 0 ? { killEveryMs } : {}),
    ...(values.minutes === undefined
      ? {}
      : { untilMs: Date.now() + numberOf(values.minutes, 'minutes') * 60_000 }),
    ...(values.only === undefined
      ? {}
      : { only: values.only.split(',').map((one) => numberOf(one, 'only')) }),
  };
}

let servers: TestServers | undefined;
let stack: TestStack | undefined;
const stop = async (): Promise<void> => {
  await stack?.stop();
  await servers?.stop();
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say(`${signal}: stopping`);
    // Interrupted lives fail in many ways. The servers must be stopped nevertheless.
    process.on('uncaughtException', () => undefined);
    void stop().finally(() => process.exit(130));
  });
}

try {
  const options = parseOptions(process.argv.slice(2));
  say(`seed ${options.seed}`);
  servers = await startTestServers({ isDurable: true });
  stack = await startTestStack({
    postgresPort: servers.postgres.port,
    temporalAddress: servers.temporal.address,
    env: livesEnvironment,
  });
  const startedMs = Date.now();
  const report = await runLives({ ...options, stack, postgres: servers.postgres, say });
  const { failures, ...figures } = report;
  say(JSON.stringify({ ...figures, seconds: Math.round((Date.now() - startedMs) / 1_000) }, null, 2));
  failures.forEach(say);
  say(`${figures.lives} lives, ${failures.length} failures, seed ${options.seed}`);
  if (failures.length > 0) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await stop();
}
