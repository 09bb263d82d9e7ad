import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Locks the state file against a second simulator. The lock of an ended process is taken over, so a killed simulator
 * can be started again.
 *
 * @returns the function that releases the lock
 * @throws Error that names the process that holds the lock
 */
export function lockFile(file: string): () => void {
  const lock = `${file}.lock`;
  mkdirSync(path.dirname(file), { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => {
        rmSync(lock, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || attempt > 3) throw error;
      const holder = Number(readFileSync(lock, 'utf8'));
      if (isAlive(holder)) throw new Error(`${file} is in use by process ${holder}`, { cause: error });
      rmSync(lock, { force: true });
    }
  }
}

/** Whether another process with this id runs. In a container, an earlier process had this process's own id. */
function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
