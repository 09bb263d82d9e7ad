import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

import { guardChild, releaseChild } from './orphan-guard.js';
import { eventually, HopelessError } from './processes.js';

/** The order in which processes are stopped: the highest rank first, equal ranks together. */
export const StopRank = {
  Database: 0,
  Temporal: 1,
  Provider: 2,
  Worker: 3,
  Edge: 4,
  Helper: 5,
} as const;
export type StopRank = (typeof StopRank)[keyof typeof StopRank];

export interface ChildOptions {
  /** Its name in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** The user that the process runs as. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** The file to which its output is appended. */
  readonly logFile: string;
  readonly rank: StopRank;
  /** The signal for an orderly stop. */
  readonly stopSignal: NodeJS.Signals;
}

/** A child process, which never outlives this process. */
export interface Child {
  readonly name: string;
  readonly pid: number | undefined;
  readonly rank: StopRank;
  /** Its exit status or signal; absent while it runs. */
  end(): string | undefined;
  /** Resolves at its end with the signal, or with `status 1`. */
  readonly ended: Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Sends a signal, by default its stop signal, and kills it after `graceMs`. Resolves at its end. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
  /** The end of its output since its start. */
  printed(): string;
}

const running = new Set<Child>();
let closed = false;

const keptLogBytes = 10 * 1024 * 1024;
const shownLogBytes = 2_000;

/** Longer than the time that any service allows for its shutdown. */
const defaultGraceMs = 35_000;

/**
 * Starts a process in its own group, so that Ctrl-C reaches only this process, which stops its children in order. The
 * children end even if this process is killed: see `orphan-guard.mjs`.
 *
 * @throws Error after `stopChildren` or `killChildren`
 */
export function startChild(options: ChildOptions): Child {
  if (closed) throw new Error(`${options.name} is not started: the stack is stopping`);
  const log = openLog(options.logFile);
  const started = spawn(options.command, options.args, {
    ...options.user,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    stdio: ['ignore', log.descriptor, log.descriptor],
    detached: true,
  });
  closeSync(log.descriptor);
  const { pid } = started;
  // Build tools start child processes, which need the signal too.
  const target = pid !== undefined && options.rank === StopRank.Helper ? -pid : pid;
  if (target !== undefined) guardChild(target, options.rank, options.stopSignal);
  let how: string | undefined;
  const ended = new Promise<string>((resolve) => {
    const finish = (reason: string): void => {
      how = reason;
      running.delete(child);
      if (target !== undefined) releaseChild(target);
      resolve(reason);
    };
    started.once('exit', (code, signal) => finish(signal ?? `status ${code}`));
    started.once('error', (error) => finish(error.message));
  });
  const child: Child = {
    name: options.name,
    pid,
    rank: options.rank,
    end: () => how,
    ended,
    kill: (signal) => {
      if (how === undefined && target !== undefined) sendSignal(target, signal);
    },
    stop: (signal = options.stopSignal, graceMs = defaultGraceMs) => stopChild(child, signal, graceMs),
    printed: () =>
      readFileSync(options.logFile).subarray(log.size).subarray(-shownLogBytes).toString().trim(),
  };
  running.add(child);
  return child;
}

function sendSignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // The child has already ended.
  }
}

async function stopChild(child: Child, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  child.kill(signal);
  // A paused process (SIGSTOP) handles the signal only after it continues.
  child.kill('SIGCONT');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await child.ended;
  clearTimeout(timer);
}

/** A process ended before it was ready. The message has the end of its output. */
export class EndedEarlyError extends HopelessError {
  override readonly name = 'EndedEarlyError';
}

/** A start takes seconds; on a machine that is busy with much else, more than a minute. */
const startLimitMs = 100_000;

/** Waits until the child is ready. @throws EndedEarlyError at once if it ends before */
export async function untilReady(
  child: Child,
  ask: () => Promise<void>,
  {
    timeoutMs = startLimitMs,
    everyMs = 100,
  }: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<void> {
  await eventually(
    `${child.name} being ready`,
    async () => {
      assertRunning(child);
      await ask();
      // The child may have ended right after its answer.
      assertRunning(child);
      return true;
    },
    { timeoutMs, everyMs },
  );
}

function assertRunning(child: Child): void {
  const how = child.end();
  if (how === undefined) return;
  throw new EndedEarlyError(`${child.name} ended (${how}) before it was ready\n${child.printed()}`.trim());
}

/** Stops all children in the order of their ranks. No child can be started afterwards. */
export async function stopChildren(say: (line: string) => void): Promise<void> {
  closed = true;
  while (running.size > 0) {
    const rank = Math.max(...[...running].map((child) => child.rank));
    const next = [...running].filter((child) => child.rank === rank);
    say(`stopping ${next.map(({ name }) => name).join(', ')}`);
    await Promise.all(next.map((child) => child.stop()));
  }
}

/** Kills all children. No child can be started afterwards. */
export async function killChildren(): Promise<void> {
  closed = true;
  await Promise.all([...running].map((child) => child.stop('SIGKILL')));
}

/** Opens a log for appending. A large log is renamed first. */
function openLog(file: string): { readonly descriptor: number; readonly size: number } {
  mkdirSync(path.dirname(file), { recursive: true });
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > keptLogBytes) {
    renameSync(file, `${file}.old`);
    size = 0;
  }
  return { descriptor: openSync(file, 'a'), size };
}
