import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Plain JavaScript beside the sources, so that it runs the same from them and from what was built. */
const script = fileURLToPath(new URL('../orphan-guard.mjs', import.meta.url));

let guard: ChildProcess | undefined;

/** The process that ends this one's children after its end. Started with the first child. */
function runningGuard(): ChildProcess {
  if (guard) return guard;
  const started = spawn(process.execPath, [script], {
    // A session of its own: a closed terminal, for instance, must not end the guard.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  started.on('error', () => undefined);
  // This process goes on without its guard.
  started.stdin.on('error', () => undefined);
  // The guard and its pipe do not keep this process running.
  started.unref();
  if (started.stdin instanceof Socket) started.stdin.unref();
  guard = started;
  return started;
}

/** Ends a child, or a process group by its negative id, with this process, even if this process is killed. */
export function guardChild(pid: number, rank: number, stopSignal: NodeJS.Signals): void {
  runningGuard().stdin?.write(`+ ${pid} ${rank} ${stopSignal}\n`);
}

/** Forgets a child that has ended: its process id may soon be another program's. */
export function releaseChild(pid: number): void {
  guard?.stdin?.write(`- ${pid}\n`);
}

/** Removes the file at the end of this process, even if this process is killed. */
export function guardFile(file: string): void {
  runningGuard().stdin?.write(`remove ${file}\n`);
}

/** Keeps the file: it is gone or belongs to another process. */
export function releaseFile(file: string): void {
  guard?.stdin?.write(`keep ${file}\n`);
}

/** The guard's process id, so that the next stack can wait for the guard's end. */
export function guardPid(): number | undefined {
  return runningGuard().pid;
}
