import { runReplay } from './run-replay.js';

/** The exit status if the histories could not be read or replayed. */
const cannotTell = 2;

try {
  const allReplay = await runReplay({
    args: process.argv.slice(2),
    env: process.env,
    say: (line) => void process.stdout.write(`${line}\n`),
  });
  process.exitCode = allReplay ? 0 : 1;
} catch (error) {
  process.stderr.write(`replay: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = cannotTell;
}
