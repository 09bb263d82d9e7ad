import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The default data folder of a stack. Delete it to start with empty data. */
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

/** The secret that signs development tokens. Created once, so that tokens stay valid after a restart. */
export async function developmentSecret({ dataDir, tokenSecret }: LocalPaths): Promise<string> {
  const read = async (): Promise<string> => (await readFile(tokenSecret, 'utf8')).trim();
  try {
    return await read();
  } catch {
    await mkdir(dataDir, { recursive: true });
    const secret = randomBytes(48).toString('base64url');
    // If two processes create it at the same time, both use the first one's.
    return writeFile(tokenSecret, secret, { mode: 0o600, flag: 'wx' }).then(() => secret, read);
  }
}
