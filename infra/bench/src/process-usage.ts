import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Pids of the measured processes by name. Each stands for its whole process tree. */
export type ProcessTable = Readonly<Record<string, number>>;

/** Resident memory in MiB. Pages that processes of a tree share count once, if the system can tell. */
export async function memoryMib(processes: ProcessTable): Promise<Record<string, number>> {
  return eachTree(processes, async (pids) => {
    const sizes = await Promise.all(pids.map(proportionalKib));
    if (pids.length > 1 && sizes.every((size) => size !== undefined)) return sum(sizes) / 1_024;
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', pids.join(',')]);
    return sum(stdout.trim().split('\n').map(Number)) / 1_024;
  });
}

/** Processor time so far, in milliseconds. Empty on systems without precise figures. */
export async function cpuMs(processes: ProcessTable): Promise<Record<string, number>> {
  if (process.platform !== 'linux') return {};
  return eachTree(processes, async (pids) => sum(await Promise.all(pids.map(cpuOf))));
}

async function eachTree(
  processes: ProcessTable,
  measure: (pids: readonly number[]) => Promise<number>,
): Promise<Record<string, number>> {
  const children = await childrenByParent();
  const treeOf = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(treeOf)];
  const measured = Object.entries(processes).map(async ([name, pid]) => {
    // The bench is the parent of all processes, so it counts without its tree.
    return [name, await measure(pid === process.pid ? [pid] : treeOf(pid))] as const;
  });
  return Object.fromEntries(await Promise.all(measured));
}

async function childrenByParent(): Promise<Map<number, number[]>> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const children = new Map<number, number[]>();
  for (const line of stdout.trim().split('\n')) {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

async function proportionalKib(pid: number): Promise<number | undefined> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const size = /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1];
  return size === undefined ? undefined : Number(size);
}

/** Linux reports processor time in hundredths of a second. */
const tickMs = 10;

async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name before the last parenthesis may hold spaces. Fields 11 to 14: user and system time, also of ended children.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return sum(fields.slice(11, 15).map(Number)) * tickMs;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
