import { execFile } from 'node:child_process';
import { appendFile, copyFile, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import type { Environment } from '@oms/config';

const run = promisify(execFile);

const serverModule = 'go.temporal.io/server';

/** The file of the pinned module that takes the place of the server's own clock. */
export const clockFile = path.join('clock', 'time_source.go');

/**
 * Lays out the sources of the pinned server with a clock that can be set ahead, see `infra/temporal/clock`. They are
 * a copy: Go refuses to replace single files of modules that it has downloaded.
 *
 * @param folder is made, and is the caller's to remove
 * @returns the `go.mod` to build with
 * @throws Error with what Go has printed, when the sources cannot be downloaded
 */
export async function layOutSources(
  { go, moduleDir, env }: { readonly go: string; readonly moduleDir: string; readonly env: Environment },
  folder: string,
): Promise<string> {
  const { stdout } = await run(go, ['mod', 'download', '-json', serverModule], { cwd: moduleDir, env }).catch(
    // Why not stands in what it prints, and not in what it complains of.
    (error: Error & { readonly stdout?: string }) => {
      throw new Error(
        `the sources of Temporal cannot be downloaded: ${error.message}\n${error.stdout ?? ''}`,
      );
    },
  );
  const { Dir: downloaded } = JSON.parse(stdout) as { readonly Dir: string }; // As `go help mod download` has it.
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
