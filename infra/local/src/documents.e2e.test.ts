import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { endPrograms } from './testing/program.js';
import { runStack, stackEnvironment, whenUp } from './testing/stack-program.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Documents with their own tests. The runbook's commands run in the tests of their faults. */
const withTestsOfItsOwn = ['docs/runbook.md'];

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'infra/local/README.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
].filter((file) => !withTestsOfItsOwn.includes(file));

interface Block {
  readonly language: string;
  readonly code: string;
  readonly isRun: boolean;
}

/** The code blocks of a document, in order. `<!-- not run by tests: reason -->` before a block exempts it. */
function blocksOf(file: string): readonly Block[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/^(<!-- not run by tests: .+ -->\n\n)?```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, exemption, language = '', code = '']) => ({ language, code, isRun: exemption === undefined }),
  );
}

const commandsOf = (file: string): readonly string[] =>
  blocksOf(file)
    .filter(({ language, isRun }) => language === 'bash' && isRun)
    .map(({ code }) => code);

describe('the commands of the documents', () => {
  let env: Record<string, string>;

  beforeAll(async () => {
    const dataDir = await temporaryFolder();
    env = await stackEnvironment(dataDir);
    await whenUp(runStack(env), dataDir);
    // A rejected request ends the script, as a reader would stop there.
    await writeFile(path.join(dataDir, '.curlrc'), 'fail-with-body\n');
  });
  afterAll(async () => {
    await endPrograms();
    await removeTemporaryFolders();
  });

  /** Pastes a document's commands from top to bottom into a fresh shell. @returns their output */
  async function paste(file: string): Promise<string> {
    const script = commandsOf(file).join('\n');
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        LOCAL_DATA_DIR: env['LOCAL_DATA_DIR'],
        CURL_HOME: env['LOCAL_DATA_DIR'],
      },
    }).catch((error: unknown) => {
      const { stdout: said, stderr } = error as { readonly stdout: string; readonly stderr: string };
      throw new Error(`${file} ended early; it printed:\n${said}\n${stderr}`);
    });
    return stdout;
  }
  const lastJson = (printed: string): unknown =>
    JSON.parse(printed.split('\n').findLast((line) => line.startsWith('{')) ?? '{}');

  it(
    'of the README place an order, and charge an order with a payment fault once',
    { timeout: 400_000 },
    async () => {
      const { entries } = lastJson(await paste('README.md')) as { entries: { operation: string }[] };
      expect(entries.map(({ operation }) => operation)).toEqual(['authorize', 'capture']);
    },
  );

  it('of the first-order guide take an order to its end', async () => {
    expect(lastJson(await paste('docs/guides/first-order.md'))).toMatchObject({
      ...{ status: 'closed', balances: true, faults: [] },
      money: { captured: '89.99', refunded: '89.99' },
    });
  });

  it('of the guide to the three APIs end with balanced ledgers', async () => {
    const printed = await paste('docs/guides/one-order-three-apis.md');
    const [draft, total, confirmed, ...rest] = printed.split('\n');
    expect(draft).toMatch(/^ORD-\d+ is a draft of 259\.98$/);
    expect([total, confirmed]).toEqual(['389.97', 'confirmed']);
    const words = rest.map((line) => line.trim()).filter((line) => /^[a-z]+$|^\d+\.\d\d$/.test(line));
    expect(words).toEqual(
      'shipped processing shipped delivered approved received 129.99 closed delivered'.split(' '),
    );
    expect(lastJson(printed)).toMatchObject({
      ...{ status: 'closed', balances: true, faults: [] },
      money: { captured: '389.97', refunded: '129.99' },
      stock: [{ reserved: 3, shipped: 3, restocked: 1 }],
    });
  });

  const others = documents.filter(
    (file) => !/README\.md$|first-order|three-apis/.test(file) && commandsOf(file).length > 0,
  );
  it.each([...others, 'infra/local/README.md'])('of %s succeed when they are pasted', async (file) => {
    await paste(file);
  });

  it('are all marked as bash and have no placeholder', () => {
    for (const file of documents) {
      for (const { language, code, isRun } of blocksOf(file)) {
        expect(language, file).not.toMatch(/^(|sh|shell|console|zsh)$/);
        if (language === 'bash' && isRun) expect(code.replaceAll(/#.*$/gm, ''), file).not.toMatch(/…|<\w+>/);
      }
    }
  });
});
