import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Plain JavaScript beside the sources, so that it runs the same from them and from what was built. */
const script = fileURLToPath(new URL('../orphan-guard.mjs', import.meta.url));

let guard: ChildProcess | undefined;

/** The process that outlives this one to end its children; started with the first of them. */
function runningGuard(): ChildProcess {
  if (guard) return guard;
  const started = spawn(process.execPath, [script], {
    // A session of its own: what ends this process, a closed terminal for instance, must not end the guard.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  started.on('error', () => undefined);
  // Without its guard this process goes on as it is.
  started.stdin.on('error', () => undefined);
  // Neither of them keeps this process running.
  started.unref();
  if (started.stdin instanceof Socket) started.stdin.unref();
  guard = started;
  return started;
}

/** From now on the child, or a group by its negative id, ends when this process does, even when this is killed. */
export function guardChild(pid: number, rank: number, stopSignal: NodeJS.Signals): void {
  runningGuard().stdin?.write(`+ ${pid} ${rank} ${stopSignal}\n`);
}

/** The child has ended: its process id may soon be another program's. */
export function releaseChild(pid: number): void {
  guard?.stdin?.write(`- ${pid}\n`);
}

/** From now on the file goes when this process does, even when this process is killed. */
export function guardFile(file: string): void {
  runningGuard().stdin?.write(`remove ${file}\n`);
}

/** The file is somebody else's from now on, or gone. */
export function releaseFile(file: string): void {
  guard?.stdin?.write(`keep ${file}\n`);
}

/** The guard's process, for whoever comes next and wants to wait until it has done its work. */
export function guardPid(): number | undefined {
  return runningGuard().pid;
}
