import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { localPaths, type LocalPaths } from './local-paths.js';
import { lockStack } from './stack-lock.js';
import { built, endPrograms, runScript, type Program } from './testing/program.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

let paths: LocalPaths;
let said: string[];
beforeEach(async () => {
  paths = localPaths(await temporaryFolder());
  said = [];
});
afterEach(async () => {
  await endPrograms();
  await removeTemporaryFolders();
});

const lock = (guardPid?: number) => lockStack(paths, guardPid, (line) => said.push(line));

/** Another process that takes the lock, and runs the code `onStop` on SIGTERM. */
async function otherStack(onStop = '', guardPid?: number): Promise<Program> {
  const program = tryLock(onStop, guardPid);
  await program.saying('locked');
  return program;
}

function tryLock(onStop = '', guardPid?: number): Program {
  return runScript(`
    import { lockStack } from ${JSON.stringify(built('stack-lock.js'))};
    import { localPaths } from ${JSON.stringify(built('local-paths.js'))};
    const lock = await lockStack(localPaths(${JSON.stringify(paths.dataDir)}), ${guardPid}, console.log)
      .catch((error) => { console.log('refused:', error.message); process.exit(3); });
    process.on('SIGTERM', async () => { ${onStop} });
    process.on('SIGUSR2', () => lock.release().then(() => process.exit(0)));
    setInterval(() => undefined, 1000);
    console.log('locked');
  `);
}

describe('while a stack runs on the folder', () => {
  it('rejects a second stack, and names the running process', async () => {
    const other = await otherStack();
    await expect(lock()).rejects.toThrow(
      `the stack is running already (process ${other.pid}); stop it first, or set LOCAL_DATA_DIR and the ports ` +
        'for a second one',
    );
  });

  it('waits for the end of a stopping stack', async () => {
    const other = await otherStack(`await lock.announceStop(); console.log('stopping')`);
    other.kill('SIGTERM');
    await other.saying('stopping');
    const waiting = lock();
    await expect.poll(() => said).toEqual(['the last run is still stopping; waiting for it']);
    other.kill('SIGUSR2');
    await (await waiting).release();
    expect(existsSync(paths.lockFile)).toBe(false);
  });

  it('gives the folder to one of several that start at once', async () => {
    const others = Array.from({ length: 5 }, () => tryLock());
    const outcomes = await Promise.all(
      others.map((other) => Promise.race([other.saying('locked').then(() => 'locked'), other.ended])),
    );
    expect(outcomes.filter((outcome) => outcome === 'locked')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 3)).toHaveLength(4);
  });
});

describe('after a stack was killed', () => {
  it('takes the folder', async () => {
    const other = await otherStack();
    other.kill('SIGKILL');
    await other.ended;
    await (await lock()).release();
    expect(said).toEqual([]);
  });

  it('gives the folder to one of several that start at once', async () => {
    const killed = await otherStack();
    killed.kill('SIGKILL');
    await killed.ended;
    const others = Array.from({ length: 5 }, () => tryLock());
    const outcomes = await Promise.all(
      others.map((other) => Promise.race([other.saying('locked').then(() => 'locked'), other.ended])),
    );
    expect(outcomes.filter((outcome) => outcome === 'locked')).toHaveLength(1);
  });

  it('waits until its guard has stopped its processes', async () => {
    const guard = runScript('setInterval(() => undefined, 1000)');
    const other = await otherStack('', guard.pid);
    other.kill('SIGKILL');
    await other.ended;
    const waiting = lock();
    await expect
      .poll(() => said)
      .toEqual(['the last run was killed; waiting until its processes have stopped']);
    guard.kill('SIGKILL');
    await (await waiting).release();
  });

  it.each([
    [
      'whose process id another program has now',
      JSON.stringify({ stack: { pid: process.pid, started: '1' } }),
    ],
    ['that left an unreadable lock', '{"sta'],
  ])('takes the folder of one %s', async (_what, content) => {
    await writeFile(paths.lockFile, content);
    await (await lock()).release();
  });
});
