import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findTemporalBinary } from './temporal-binary.js';
import { sdkVersion } from './temporal-download.js';
import { goOf, moduleOf, script, temporalOf } from './testing/fake-programs.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

const run = promisify(execFile);
/** An address where nothing listens. */
const nowhere = 'http://127.0.0.1:1';
let folder: string;
let said: string[];
let host: Server | undefined;

beforeEach(async () => {
  folder = await temporaryFolder();
  said = [];
  await moduleOf(folder);
});
afterEach(async () => {
  host?.close();
  host = undefined;
  await removeTemporaryFolders();
});

const inFolder = (...names: readonly string[]): string => path.join(folder, ...names);
const find = (downloadUrl = nowhere): Promise<string> =>
  findTemporalBinary((line) => said.push(line), {
    env: { PATH: inFolder('bin'), XDG_CACHE_HOME: inFolder('cache') },
    sdkCacheDir: inFolder('sdk'),
    moduleDir: folder,
    downloadUrl,
  });

const notOnPath = 'there is no temporal on the PATH';
const sdkFile = (): string => inFolder('sdk', `temporal-sdk-typescript-${sdkVersion}`);
const notInSdk = (): string => `the Temporal SDK has no download in its cache (${sdkFile()})`;
const noneKept = (): string => `none was built or downloaded before (${inFolder('cache', 'oms')})`;
const noDownload = expect.stringMatching(
  /^none can be downloaded: .*127\.0\.0\.1:1 cannot be reached/,
) as string;

/** The download host's archive with a `temporal` in it. */
async function serveDownload(): Promise<{ readonly url: string; readonly requests: string[] }> {
  await temporalOf(inFolder('archive', 'temporal'));
  await run('tar', ['-czf', inFolder('archive.tar.gz'), '-C', inFolder('archive'), 'temporal']);
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (request.url === '/archive.tar.gz') {
      void readFile(inFolder('archive.tar.gz')).then((archive) => response.end(archive));
    } else response.end(JSON.stringify({ archiveUrl: `${url}/archive.tar.gz`, fileToExtract: 'temporal' }));
  });
  host = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // It listens on TCP.
  return { url, requests };
}

describe('with a temporal on the PATH', () => {
  it('uses it and prints nothing', async () => {
    const file = await temporalOf(inFolder('bin', 'temporal'));
    expect(await find()).toBe(file);
    expect(said).toEqual([]);
  });

  it.each([
    [
      'that is too old',
      "echo 'temporal version 1.1.0 (Server 1.25.0, UI 2.1)'",
      'its server is 1.25, and 1.28 or newer is needed',
    ],
    ['that is another program', 'echo 3.14', "it says '3.14', not its server's version"],
    ['that does not run', 'exit 7', /^it does not run \(Command failed: /],
  ])('skips one %s, prints the reason in one line, and continues the search', async (_what, line, why) => {
    const file = await script(inFolder('bin', 'temporal'), line);
    const ofSdk = await temporalOf(sdkFile());
    expect(await find()).toBe(ofSdk);
    expect(said).toHaveLength(1);
    expect(said[0]).not.toContain('\n');
    const reason = said[0]?.replace(`${file} is skipped: `, '');
    if (typeof why === 'string') expect(reason).toBe(why);
    else expect(reason).toMatch(why);
  });
});

describe('with a temporal in the cache of the SDK', () => {
  it('uses it', async () => {
    const file = await temporalOf(sdkFile());
    expect(await find()).toBe(file);
    expect(said).toEqual([notOnPath]);
  });

  it('skips a binary that does not run', async () => {
    await script(sdkFile(), 'exit 1');
    await goOf(inFolder('bin', 'go'));
    await find();
    expect(said[1]).toMatch(/^.*temporal-sdk-typescript-.* is skipped: it does not run/);
  });
});

describe('when it can be downloaded', () => {
  it('downloads it once, and uses the kept file from then on', async () => {
    const { url, requests } = await serveDownload();
    const file = await find(url);
    expect(file.startsWith(inFolder('cache', 'oms'))).toBe(true);
    expect(said).toEqual([notOnPath, notInSdk(), noneKept(), `downloading ${url}/archive.tar.gz`]);
    const asked = requests.length;
    expect(await find(url)).toBe(file);
    expect(requests).toHaveLength(asked);
  });
});

describe('when it must be built', () => {
  it('prints a line for each place without one, builds it once, and uses the kept file from then on', async () => {
    const go = await goOf(inFolder('bin', 'go'));
    const file = await find();
    expect(said.slice(0, 5)).toEqual([
      notOnPath,
      notInSdk(),
      noneKept(),
      noDownload,
      'building Temporal with Go: 3 to 10 minutes, once',
    ]);
    expect(await find()).toBe(file);
    expect(await readFile(`${go}.builds`, 'utf8')).toBe('build\n');
  });

  it('rebuilds a cached binary that does not run', async () => {
    const go = await goOf(inFolder('bin', 'go'));
    const file = await find();
    await script(file, 'exit 1');
    said = [];
    expect(await find()).toBe(file);
    expect(said[2]).toMatch(/ is removed: it does not run /);
    expect(await readFile(`${go}.builds`, 'utf8')).toBe('build\nbuild\n');
  });
});

describe('when there is none and none can be built', () => {
  it.each([
    ['there is no Go', undefined, 'there is no Go to build one'],
    ['Go is too old', { goVersion: 'go1.20.1' }, 'go1.20.1 is too old to build one'],
  ])('says what to install when %s', async (_what, go, why) => {
    if (go) await goOf(inFolder('bin', 'go'), go);
    await expect(find()).rejects.toThrow(
      `no Temporal server was found, and ${why}: install the Temporal CLI (https://docs.temporal.io/cli) or ` +
        'Go 1.25 or newer (https://go.dev/dl), or set TEMPORAL_ADDRESS to a server that runs',
    );
    expect(said).toEqual([notOnPath, notInSdk(), noneKept(), noDownload]);
  });
});
