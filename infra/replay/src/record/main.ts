import { recordHistories } from './record-histories.js';
import type { RecordServers } from './record-servers.js';

let servers: RecordServers | undefined;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say(`${signal}: stopping`);
    void servers?.stop().finally(() => process.exit(130));
  });
}

try {
  await recordHistories(process.argv.slice(2), say, (started) => (servers = started));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await servers?.stop();
}
