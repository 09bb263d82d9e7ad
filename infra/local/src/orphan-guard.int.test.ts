import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, it } from 'vitest';

import { eventually } from './processes.js';
import { identityOf } from './running-process.js';
import { allEnded, built, endPrograms, runProgram, runScript, type Program } from './testing/program.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

afterEach(async () => {
  await endPrograms();
  await removeTemporaryFolders();
});

interface Family {
  readonly parent: Program;
  readonly pids: readonly number[];
  /** The names of the children in the order of their stop signals. */
  stopped(): readonly string[];
  readonly trueFile: string;
}

/** A process with three children of different ranks, and a file that is valid only while it runs. */
async function startFamily(): Promise<Family> {
  const folder = await temporaryFolder();
  const [log, trueFile] = [path.join(folder, 'stopped'), path.join(folder, 'a file.json')];
  const parent = runScript(`
    import { writeFileSync } from 'node:fs';
    import { startChild, StopRank, stopChildren } from ${JSON.stringify(built('child.js'))};
    import { guardFile } from ${JSON.stringify(built('orphan-guard.js'))};
    const folder = ${JSON.stringify(folder)};
    const start = (name, rank) => startChild({
      name, rank, command: process.execPath, logFile: folder + '/' + name, stopSignal: 'SIGTERM',
      args: ['-e', \`process.on('SIGTERM', () => {
        require('fs').appendFileSync(${JSON.stringify(log)}, '\${name}\\\\n'); process.exit();
      }); console.log('up'); setInterval(() => {}, 1000)\`],
    });
    const children = [start('database', StopRank.Database), start('edge', StopRank.Edge), start('worker', StopRank.Worker)];
    const build = startChild({
      name: 'build', rank: StopRank.Helper, command: '/bin/sh', logFile: folder + '/build', stopSignal: 'SIGTERM',
      args: ['-c', '"$0" -e "console.log(process.pid); setInterval(() => {}, 1000)" & wait', process.execPath],
    });
    writeFileSync(${JSON.stringify(trueFile)}, '{}');
    guardFile(${JSON.stringify(trueFile)});
    const isUp = () => children.every((child) => child.printed() === 'up') && build.printed() !== '';
    const timer = setInterval(() => {
      if (!isUp()) return;
      clearInterval(timer);
      console.log('pids', [...children, build].map(({ pid }) => pid).join(' '), build.printed(), 'all');
    }, 10);
    process.on('SIGTERM', () => stopChildren(console.log).then(() => process.exit(0)));
    setInterval(() => undefined, 1000);
  `);
  const text = await parent.saying('all');
  return {
    parent,
    trueFile,
    pids: (/pids ([\d ]+) all/.exec(text)?.[1] ?? '').split(' ').map(Number),
    stopped: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}

describe('when the parent is killed', () => {
  it('the guard stops its children by rank, a build with all its descendants, and removes the file', async () => {
    const { parent, pids, stopped, trueFile } = await startFamily();
    expect(pids).toHaveLength(5);
    parent.kill('SIGKILL');
    await allEnded(pids);
    expect(stopped()).toEqual(['edge', 'worker', 'database']);
    expect(existsSync(trueFile)).toBe(false);
  });

  it('the guard stops a paused child', async () => {
    const { parent, pids } = await startFamily();
    const [database = 0] = pids;
    process.kill(database, 'SIGSTOP');
    parent.kill('SIGKILL');
    await allEnded(pids);
  });
});

describe('when the parent stops its children itself', () => {
  it('stops them by rank, each once', async () => {
    const { parent, pids, stopped } = await startFamily();
    parent.kill('SIGTERM');
    expect(await parent.ended).toBe(0);
    await allEnded(pids);
    expect(stopped()).toEqual(['edge', 'worker', 'database']);
  });
});

describe('a process started by npm', () => {
  it('stops when npm is killed', async () => {
    const watch = fileURLToPath(new URL('../parent-watch.mjs', import.meta.url));
    const child = `import(${JSON.stringify(watch)}).then(({ endWithParent }) => {
      endWithParent(); console.log('pid', process.pid, 'watches'); setInterval(() => {}, 1000); })`;
    const parent = runProgram([
      '-e',
      `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' })`,
    ]);
    const pid = Number(/pid (\d+)/.exec(await parent.saying('watches'))?.[1]);
    parent.kill('SIGKILL');
    await eventually('the end of the child', async () => ((await identityOf(pid)) ? undefined : true));
  });
});
