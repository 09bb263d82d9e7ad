// `npm test`: all checks and tests of the repository. Arguments are vitest's filters and leave out the checks of the
// whole tree: `npm test -- packages/domain`. The last line counts passed and failed tests; each check counts as one.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { pnpm, prepare, root, run, say, tool } from './bootstrap.mjs';

const chosen = process.argv.slice(2);
/** A file that is kept between runs. */
const kept = (name) => path.join(root, '.local', 'tests', name);
const resultsFile = kept('results.json');
let passed = 0;
let failed = 0;

async function check(title, work) {
  try {
    await work();
    passed += 1;
    say(`── ${title}: ok`);
  } catch (error) {
    failed += 1;
    say(`── ${title}: FAILED\n${error.message}`);
  }
}

/** Each check uses one core: the linter the first, the others the second, one after the other. */
async function checkTree() {
  say('\n── the checks of the whole tree …');
  const types = ['--noEmit', '-p', 'tsconfig.json', '--incremental', '--tsBuildInfoFile', kept('types.json')];
  const format = ['--check', '--log-level', 'warn', '--cache', '--cache-strategy', 'content'];
  await Promise.all([
    check('lint', () => tool('eslint', ['.', '--quiet'])),
    (async () => {
      await check('types', () => tool('tsc', types));
      await check('format', () =>
        tool('prettier', [...format, '--cache-location', kept('format.json'), '.']),
      );
      await check('import rules', () => pnpm(['run', 'boundaries']));
    })(),
  ]);
}

await prepare();
// Building Temporal takes minutes, so the checks run meanwhile.
const temporal = run(process.execPath, [path.join('infra', 'local', 'dist', 'find-temporal.js')], {
  inherit: true,
});
temporal.catch(() => undefined); // A failure is reported where it is awaited.
if (chosen.length === 0) await checkTree();
await check('a Temporal server to test against', () => temporal);

say('\n── tests');
mkdirSync(path.dirname(resultsFile), { recursive: true });
rmSync(resultsFile, { force: true });
const ended = await tool(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${resultsFile}`, ...chosen],
  { inherit: true },
).then(
  () => true,
  () => false,
);
try {
  const results = JSON.parse(readFileSync(resultsFile, 'utf8'));
  passed += results.numPassedTests;
  failed += results.numFailedTests;
  if (results.numTotalTests === 0) say('no test ran');
  // A suite that cannot be loaded, or an error outside of any test, fails the run as well.
  if ((!ended && results.numFailedTests === 0) || results.numTotalTests === 0) failed += 1;
} catch {
  say('the tests left no results');
  failed += 1;
}
say(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
