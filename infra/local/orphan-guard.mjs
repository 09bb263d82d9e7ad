// Ends the children of a process that could not do it itself, because it was killed. That process writes a line for
// each child that it starts (`+ pid rank signal`; a negative pid is a whole group), for each that has ended
// (`- pid`), and for each file that is true only while it runs (`remove path`, `keep path`). When its end of the pipe
// is closed, whatever the reason, the children that are left are stopped, the highest rank first, and the files go.
import { readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const graceMs = 30_000;
const children = new Map();
const files = new Set();

// Ctrl-C is for the others: this one goes when it has nothing left to do.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

function kill(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function isRunning(pid) {
  if (!kill(pid, 0)) return false;
  try {
    // One that has ended and that nobody has asked about is still listed: in a container it may be for ever.
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

async function stop(pid, signal) {
  kill(pid, signal);
  // One that was frozen takes its signal only when it runs.
  kill(pid, 'SIGCONT');
  for (const deadline = Date.now() + graceMs; isRunning(pid);) {
    if (Date.now() > deadline) return kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [verb, ...rest] = line.split(' ');
  if (verb === '+') children.set(Number(rest[0]), { rank: Number(rest[1]), signal: rest[2] });
  else if (verb === '-') children.delete(Number(rest[0]));
  else if (verb === 'remove') files.add(rest.join(' '));
  else if (verb === 'keep') files.delete(rest.join(' '));
});
lines.on('close', async () => {
  for (const file of files) rmSync(file, { force: true });
  const left = [...children];
  const ranks = [...new Set(left.map(([, { rank }]) => rank))].sort((a, b) => b - a);
  for (const wanted of ranks) {
    await Promise.all(
      left.filter(([, { rank }]) => rank === wanted).map(([pid, { signal }]) => stop(pid, signal)),
    );
  }
});
