import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { eventually, HopelessError } from '../processes.js';
import { identityOf } from '../running-process.js';

/** The path of a built file of this package, for programs to import. */
export const built = (name: string): string => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));

/** A Node.js process under test. */
export interface Program {
  readonly pid: number;
  /** Its output so far. */
  said(): string;
  /** Resolves with its output once that contains the text. Rejects at the end of a process that never says it. */
  saying(text: string, timeoutMs?: number): Promise<string>;
  /** Resolves at its end, with its exit status or signal. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

const started: Program[] = [];

export function runProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Program {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (child.pid === undefined) throw new Error('the program could not be started');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  let how: number | string | undefined;
  const ended = once(child, 'close').then(([code, signal]) => (how = (signal ?? code) as number | string));
  const program: Program = {
    pid: child.pid,
    said: () => said,
    saying: (text, timeoutMs = 30_000) =>
      eventually(
        `'${text}' being said`,
        () => {
          if (said.includes(text)) return Promise.resolve(said);
          if (how !== undefined) throw new HopelessError(`it ended (${how}) and had said: ${said}`);
          return Promise.reject(new Error(`it said: ${said}`));
        },
        { timeoutMs, everyMs: 20 },
      ),
    ended,
    kill: (signal) => void child.kill(signal),
  };
  started.push(program);
  return program;
}

/** Runs the text of a module. It imports built files by their `built(…)` path. */
export const runScript = (text: string): Program => runProgram(['--input-type=module', '-e', text]);

/** Ends all programs of a test. */
export async function endPrograms(): Promise<void> {
  for (const program of started.splice(0)) {
    program.kill('SIGKILL');
    await program.ended;
  }
}

/** Resolves when all processes have ended. */
export async function allEnded(pids: readonly number[], timeoutMs = 30_000): Promise<void> {
  await eventually(
    'the end of the processes',
    async () => {
      const left = (await Promise.all(pids.map(identityOf))).flatMap((found) => (found ? [found.pid] : []));
      if (left.length > 0) throw new Error(`these are left: ${left.join(', ')}`);
      return true;
    },
    { timeoutMs, everyMs: 20 },
  );
}
