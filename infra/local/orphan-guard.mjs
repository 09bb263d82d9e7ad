// Ends the children of a process that could not do it itself, because it was killed. That process writes a line for
// each child that it starts (`+ pid rank signal`) and for each that has ended (`- pid`); when its end of the pipe is
// closed, whatever the reason, those that are left are stopped, the highest rank first.
import { createInterface } from 'node:readline';

const graceMs = 30_000;
const children = new Map();

// Ctrl-C is for the others: this one goes when it has nothing left to do.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

function kill(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

async function stop(pid, signal) {
  kill(pid, signal);
  // One that was frozen takes its signal only when it runs.
  kill(pid, 'SIGCONT');
  for (const deadline = Date.now() + graceMs; kill(pid, 0);) {
    if (Date.now() > deadline) return kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [verb, pid, rank, signal] = line.split(' ');
  if (verb === '+') children.set(Number(pid), { rank: Number(rank), signal });
  else children.delete(Number(pid));
});
lines.on('close', async () => {
  const left = [...children];
  const ranks = [...new Set(left.map(([, { rank }]) => rank))].sort((a, b) => b - a);
  for (const wanted of ranks) {
    await Promise.all(
      left.filter(([, { rank }]) => rank === wanted).map(([pid, { signal }]) => stop(pid, signal)),
    );
  }
});
