import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const local = path.join(root, 'services/gateway/.local');
await mkdir(local, { recursive: true });
const folder = await mkdtemp(path.join(local, 'example-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const guide = await readFile(path.join(root, 'CONTRIBUTING.md'), 'utf8');
const section = guide.split('\n## Add a resource\n')[1]?.split('\n## ')[0] ?? '';
const blocks = [...section.matchAll(/```(ts|sql)\n([\s\S]*?)```/g)].map(([, , code = '']) => code);
const [declaration = '', store = '', migration = '', contract = ''] = blocks;

const moved = (code: string, ...changes: readonly (readonly [string, string])[]): string =>
  changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the example has no ${from}`);
    return text.replaceAll(from, to);
  }, code);
const kit = (room: string): readonly [string, string] => ["'../kit/", `'${root}packages/${room}/kit/`];
const write = (name: string, code: string) => writeFile(path.join(folder, `${name}.ts`), code);

// Each file is the text of the guide, with changed import paths.
await write('declaration', moved(declaration, kit('contracts/src/http')));
const ownDeclaration = ['@oms/contracts/http', './declaration.js'] as const;
await write('store', moved(store, kit('database/src'), ownDeclaration));
await write(
  'stage',
  [
    "import { carrierStore } from './store.js';",
    `import { useResourceStage } from '${root}services/gateway/src/testing/resource-stage.js';`,
    `export const stage = useResourceStage([carrierStore], ${JSON.stringify(migration)});`,
  ].join('\n'),
);
await write(
  'contract',
  moved(
    contract,
    ownDeclaration,
    ['contractStageOf, resourceContract, useSharedStack }', 'resourceContract }'],
    ['contractStageOf(useSharedStack())', 'stage'],
    ['resourceContract(carriers', "import { stage } from './stage.js';\nresourceContract(carriers"],
  ),
);
await import(path.join(folder, 'contract.ts'));

describe('the example in CONTRIBUTING', () => {
  it('has fewer than 100 lines and four blocks of code', () => {
    expect(section.split('\n').length).toBeLessThan(100);
    expect(blocks).toHaveLength(4);
  });

  it('compiles', { timeout: 600_000 }, async () => {
    await writeFile(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: path.join(root, 'tsconfig.json'),
        include: ['*.ts', path.join(root, 'tests/harness/global-setup.ts')],
      }),
    );
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toBe('');
  });
});
