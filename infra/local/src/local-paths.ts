import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a stack keeps everything when it is not told otherwise. Delete it to begin anew. */
export const defaultDataDir = fileURLToPath(new URL('../../../.local', import.meta.url));

/** The files and folders of a stack's data folder. */
export function localPaths(dataDir: string) {
  const inDir = (...names: readonly string[]): string => path.join(path.resolve(dataDir), ...names);
  return {
    dataDir: inDir(),
    postgres: inDir('postgres'),
    temporalDb: inDir('temporal.db'),
    simulatorState: inDir('payment-simulator.ndjson'),
    stackFile: inDir('stack.json'),
    lockFile: inDir('stack.lock'),
    tokenSecret: inDir('development-secret'),
    pid: (name: string) => inDir('pids', name),
    log: (name: string) => inDir('logs', `${name}.log`),
  } as const;
}
export type LocalPaths = ReturnType<typeof localPaths>;

/** The secret that signs development tokens: made once, so that tokens outlive a restart. */
export async function developmentSecret({ dataDir, tokenSecret }: LocalPaths): Promise<string> {
  const read = async (): Promise<string> => (await readFile(tokenSecret, 'utf8')).trim();
  try {
    return await read();
  } catch {
    await mkdir(dataDir, { recursive: true });
    const secret = randomBytes(48).toString('base64url');
    // Of two that make one at the same time, the first wins.
    return writeFile(tokenSecret, secret, { mode: 0o600, flag: 'wx' }).then(() => secret, read);
  }
}
