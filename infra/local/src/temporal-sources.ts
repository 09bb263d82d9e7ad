import { execFile } from 'node:child_process';
import { appendFile, copyFile, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import type { Environment } from '@oms/config';

const run = promisify(execFile);

const serverModule = 'go.temporal.io/server';

/** The file of the pinned module that replaces the server's clock. */
export const clockFile = path.join('clock', 'time_source.go');

/**
 * Copies the sources of the pinned server and replaces their clock by one that can be set ahead, see
 * `infra/temporal/clock`. A copy is needed because Go refuses to replace single files of downloaded modules.
 *
 * @param folder is created; the caller removes it
 * @returns the `go.mod` to build with
 * @throws Error with the output of Go, if the sources cannot be downloaded
 */
export async function layOutSources(
  { go, moduleDir, env }: { readonly go: string; readonly moduleDir: string; readonly env: Environment },
  folder: string,
): Promise<string> {
  const { stdout } = await run(go, ['mod', 'download', '-json', serverModule], { cwd: moduleDir, env }).catch(
    // Go prints the reason to standard output, not to standard error.
    (error: Error & { readonly stdout?: string }) => {
      throw new Error(
        `the sources of Temporal cannot be downloaded: ${error.message}\n${error.stdout ?? ''}`,
      );
    },
  );
  const { Dir: downloaded } = JSON.parse(stdout) as { readonly Dir: string }; // The format is documented by `go help mod download`.
  const sources = path.join(folder, 'server');
  await mkdir(folder, { recursive: true });
  await cp(downloaded, sources, { recursive: true });
  // Go's downloads are read-only.
  await run('chmod', ['-R', 'u+w', sources]);
  await copyFile(path.join(moduleDir, clockFile), path.join(sources, 'common', clockFile));
  const modFile = path.join(folder, 'go.mod');
  await copyFile(path.join(moduleDir, 'go.mod'), modFile);
  await copyFile(path.join(moduleDir, 'go.sum'), path.join(folder, 'go.sum'));
  await appendFile(modFile, `\nreplace ${serverModule} => ${sources}\n`);
  return modFile;
}
