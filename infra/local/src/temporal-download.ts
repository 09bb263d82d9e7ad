import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { z } from 'zod';

import { startChild, StopRank } from './child.js';

const packageOfClient = z.object({ version: z.string() });

/** The version of the Temporal SDK that this project uses. */
export const sdkVersion = packageOfClient.parse(
  createRequire(import.meta.url)('@temporalio/client/package.json'),
).version;

/** The answer of the download host: the archive's URL and the file in it. */
const downloadInfo = z.object({ archiveUrl: z.url(), fileToExtract: z.string().regex(/^[\w./-]+$/) });

const answerLimitMs = 10_000;
const downloadLimitMs = 5 * 60_000;
const reportMs = 10_000;

/**
 * Downloads the CLI that Temporal's SDK would download for its tests. Many networks forbid it: then this fails within
 * seconds.
 *
 * @throws Error with the reason, such as a host that does not answer in time or answers with other content
 */
export async function downloadTemporal(
  target: string,
  say: (line: string) => void,
  downloadUrl = 'https://temporal.download',
): Promise<void> {
  const { archiveUrl, fileToExtract } = await askForArchive(downloadUrl);
  say(`downloading ${archiveUrl}`);
  const folder = path.join(path.dirname(target), `unfinished-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  const startedAt = Date.now();
  const report = setInterval(
    () => say(`still downloading Temporal, ${Math.round((Date.now() - startedAt) / 1_000)} s so far`),
    reportMs,
  );
  try {
    const archive = path.join(folder, 'archive.tar.gz');
    const response = await fetch(archiveUrl, { signal: AbortSignal.timeout(downloadLimitMs) });
    if (!response.ok || !response.body) throw new Error(`${archiveUrl} answers ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
    await unpack(archive, fileToExtract, folder);
    const file = path.join(folder, fileToExtract);
    await chmod(file, 0o755);
    await rename(file, target);
  } finally {
    clearInterval(report);
    await rm(folder, { recursive: true, force: true });
  }
}

async function askForArchive(downloadUrl: string): Promise<z.infer<typeof downloadInfo>> {
  const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  if (!architecture) throw new Error(`there is no download for ${process.arch}`);
  const query = new URLSearchParams({
    arch: architecture,
    platform: process.platform,
    format: 'tar.gz',
    'sdk-name': 'sdk-typescript',
    'sdk-version': sdkVersion,
  });
  const url = `${downloadUrl}/cli/default?${query.toString()}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(answerLimitMs) }).catch(
    (error: unknown) => {
      const { cause } = error as { readonly cause?: unknown }; // fetch hides the reason in its error's cause.
      throw new Error(`${downloadUrl} cannot be reached (${String(cause ?? error)})`, { cause: error });
    },
  );
  if (!response.ok) throw new Error(`${downloadUrl} answers ${response.status}`);
  return downloadInfo.parse(await response.json());
}

async function unpack(archive: string, member: string, folder: string): Promise<void> {
  const child = startChild({
    name: 'tar',
    command: 'tar',
    args: ['-xzf', archive, '-C', folder, member],
    logFile: path.join(folder, 'tar.log'),
    rank: StopRank.Helper,
    stopSignal: 'SIGTERM',
  });
  const how = await child.ended;
  if (how !== 'status 0') throw new Error(`the archive cannot be unpacked (${how}): ${child.printed()}`);
}
