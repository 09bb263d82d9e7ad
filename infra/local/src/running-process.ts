import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A process of this machine, distinct from a later process with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Its start time in this system's format. */
  readonly started: string;
}

/** @returns `undefined` for an unknown process and for a zombie */
export async function identityOf(pid: number): Promise<ProcessIdentity | undefined> {
  if (!isThere(pid)) return undefined;
  const started = await linuxStart(pid).catch(() => startSaidByPs(pid));
  return started === undefined ? undefined : { pid, started };
}

/** Whether this process still runs. */
export async function isRunning({ pid, started }: ProcessIdentity): Promise<boolean> {
  return (await identityOf(pid))?.started === started;
}

/**
 * The command line of a process of this machine.
 *
 * @returns `undefined` for an unknown process; an empty text for an unreadable command
 */
export async function commandOf(pid: number): Promise<string | undefined> {
  if (!isThere(pid)) return undefined;
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
  } catch {
    return run('ps', ['-o', 'args=', '-p', String(pid)]).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The ticks between the machine's start and the process's. This is the 20th field after the name, which may have spaces. */
async function linuxStart(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return 'ZX'.includes(state) ? undefined : fields[18];
}

function startSaidByPs(pid: number): Promise<string> {
  return run('ps', ['-o', 'lstart=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim(),
    () => 'unknown',
  );
}
