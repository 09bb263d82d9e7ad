// Ends the children of a killed process. That process writes these lines to the guard's standard input:
//
//   + pid rank signal   a child was started; a negative pid is a process group
//   - pid               a child has ended
//   remove path         a file is valid only while the process runs
//   keep path           the file is gone or belongs to another process
//
// When the pipe closes, the guard removes the files and stops the remaining children, the highest rank first.
import { readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const graceMs = 30_000;
const children = new Map();
const files = new Set();

// Ctrl-C does not end the guard: it has to stop the children first.
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
    // A zombie is still listed, in a container perhaps permanently.
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

async function stop(pid, signal) {
  kill(pid, signal);
  // A paused process (SIGSTOP) handles the signal only after it continues.
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
