import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Plain JavaScript outside of `src/`, so that sources and build find it at the same path. */
const script = fileURLToPath(new URL('../orphan-guard.mjs', import.meta.url));

let guard: ChildProcess | undefined;

/** The guard process, which ends the children of this process if it is killed. Started with the first child. */
function runningGuard(): ChildProcess {
  if (guard) return guard;
  const started = spawn(process.execPath, [script], {
    // Its own session, so that a closed terminal does not end the guard.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  started.on('error', () => undefined);
  // A dead guard must not end this process.
  started.stdin.on('error', () => undefined);
  // The guard and its pipe do not keep this process running.
  started.unref();
  if (started.stdin instanceof Socket) started.stdin.unref();
  guard = started;
  return started;
}

/** Lets a child, or a process group by its negative id, end with this process, even if this process is killed. */
export function guardChild(pid: number, rank: number, stopSignal: NodeJS.Signals): void {
  runningGuard().stdin?.write(`+ ${pid} ${rank} ${stopSignal}\n`);
}

/** Stops guarding an ended child. The system may reuse its process id. */
export function releaseChild(pid: number): void {
  guard?.stdin?.write(`- ${pid}\n`);
}

/** Lets a file be removed at the end of this process, even if this process is killed. */
export function guardFile(file: string): void {
  runningGuard().stdin?.write(`remove ${file}\n`);
}

/** Stops guarding a file that is gone or belongs to another process. */
export function releaseFile(file: string): void {
  guard?.stdin?.write(`keep ${file}\n`);
}

/** The guard's process id, so that the next stack can wait for the guard's end. */
export function guardPid(): number | undefined {
  return runningGuard().pid;
}
