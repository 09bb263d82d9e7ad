import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Everything that the local stack keeps. Delete it to begin anew. */
export const localDir = fileURLToPath(new URL('../../../.local', import.meta.url));

export const localPaths = {
  postgres: path.join(localDir, 'postgres'),
  temporalDb: path.join(localDir, 'temporal.db'),
  simulatorState: path.join(localDir, 'payment-simulator.ndjson'),
  stackFile: path.join(localDir, 'stack.json'),
  tokenSecret: path.join(localDir, 'development-secret'),
  log: (name: string) => path.join(localDir, 'logs', `${name}.log`),
} as const;

/** The secret that signs development tokens: made once, so that tokens outlive a restart. */
export async function developmentSecret(): Promise<string> {
  try {
    return (await readFile(localPaths.tokenSecret, 'utf8')).trim();
  } catch {
    const secret = randomBytes(48).toString('base64url');
    await mkdir(localDir, { recursive: true });
    await writeFile(localPaths.tokenSecret, secret, { mode: 0o600 });
    return secret;
  }
}
