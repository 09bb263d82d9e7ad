import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../dist/soak/main.js', import.meta.url));
const outcomeOf = (args: readonly string[]) =>
  run(process.execPath, [main, ...args]).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );

describe('the soak', () => {
  // The gateway closes connections of these kinds at once. On a busy machine, /healthz may exceed its limit.
  it.runIf(process.platform === 'linux')(
    'measures a gateway that stays up and closes connections',
    async () => {
      const args = ['--minutes', '0.05', '--connections', '40', '--kinds', 'tunnel,garbage,reset'];
      const { stdout, stderr } = await outcomeOf(args);
      expect(stdout).toMatch(/^\/healthz +[1-9]\d* answered, 0 not; p50 [\d.]+ ms, p99 [\d.]+ ms/m);
      expect(stdout).toMatch(/hostile connections +[1-9]\d* opened; [1-9]\d* refused and ended/);
      expect(stdout).toMatch(/open descriptors +\d+ before, \d+ at most, \d+ after/);
      expect(stdout).toMatch(/resident memory +\d+ before, \d+ at most, \d+ after/);
      expect(stderr).not.toMatch(/gateway ended|descriptors too many/);
    },
  );

  it('prints its usage, and names invalid arguments on stderr', async () => {
    expect((await outcomeOf(['--help'])).stdout).toContain('--minutes');
    const { stdout, stderr } = await outcomeOf(['--minutes', 'many', '--kinds', 'polite']);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/minutes[\s\S]*kinds[\s\S]*npm run soak/);
  });
});
