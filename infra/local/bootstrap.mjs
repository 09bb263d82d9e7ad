// Prepares a fresh clone with Node.js alone: dependencies, the Prisma client and the build. A step whose inputs are
// unchanged since its last run is skipped.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const stampFile = path.join(root, '.local', 'prepared.json');
const { packageManager, engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Prints a line. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const running = new Set();
let guard;
let isStopping = false;

/** Runs a command in the root of the repository. Rejects with the end of its output if it fails. */
export function run(command, args, { inherit = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: inherit ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      // Its own process group, so that its children can be stopped. With the terminal it stays in this group.
      detached: !inherit,
    });
    if (!inherit && child.pid !== undefined) hold(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('exit', (code) => {
      // `stopAll` ends this process when its children have ended.
      if (isStopping) return;
      if (code === 0) return resolve(output);
      reject(new Error(`${[command, ...args].join(' ')} ended with status ${code}\n${output.slice(-4_000)}`));
    });
  });
}

/** Ends the child's process group when this process ends, even if it is killed. */
function hold(child) {
  if (guard === undefined) {
    const script = path.join(root, 'infra', 'local', 'orphan-guard.mjs');
    guard = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    for (const emitter of [guard, guard.stdin]) emitter.on('error', () => undefined);
    guard.unref();
    guard.stdin.unref();
  }
  guard.stdin.write(`+ ${-child.pid} 0 SIGTERM\n`);
  running.add(child);
  if (running.size === 1) for (const signal of signals) process.on(signal, stopAll);
  child.once('exit', () => {
    guard.stdin.write(`- ${-child.pid}\n`);
    running.delete(child);
    if (running.size === 0) for (const signal of signals) process.off(signal, stopAll);
  });
}

function stopAll() {
  isStopping = true;
  for (const child of running) {
    child.once('exit', () => {
      if (running.size === 0) process.exit(1);
    });
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // The child has already ended.
    }
  }
}

/** Runs the pinned version of pnpm. npm fetches it if it is missing. */
export function pnpm(args, options) {
  return run('npx', ['--yes', packageManager, ...args], options);
}

/** Runs a command of the repository's dependencies. */
export function tool(name, args, options) {
  return run(path.join(root, 'node_modules', '.bin', name), args, options);
}

function digestOf(files) {
  const digest = createHash('sha256').update(process.version);
  for (const file of files) digest.update(file).update(readFileSync(file));
  return digest.digest('hex');
}

const skipped = new Set(['node_modules', 'dist', 'generated', '.local', '.git', 'histories']);

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return sources(file);
    return /\.(ts|json|prisma|sql)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [file] : [];
  });
}

async function step(tell, stamps, name, digest, made, title, work) {
  if (stamps[name] === digest && existsSync(path.join(root, made))) return;
  const startedAt = Date.now();
  tell(`${title} …`);
  const progress = setInterval(
    () => tell(`  still running after ${Math.round((Date.now() - startedAt) / 1_000)} s`),
    15_000,
  );
  try {
    await work();
  } finally {
    clearInterval(progress);
  }
  stamps[name] = digest;
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamps, null, 2));
}

/** Runs the steps whose inputs have changed: install, generate, build. */
export async function prepare(tell = say) {
  assertNodeVersion();
  const stamps = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const inRoot = (...names) => names.map((name) => path.join(root, name));
  const manifests = sources(root).filter((file) => path.basename(file) === 'package.json');
  await step(
    tell,
    stamps,
    'install',
    digestOf([...inRoot('pnpm-lock.yaml', 'pnpm-workspace.yaml'), ...manifests]),
    'node_modules/.bin/tsc',
    'Installing dependencies (a minute or two the first time)',
    () => pnpm(['install', '--frozen-lockfile', '--prefer-offline']),
  );
  await step(
    tell,
    stamps,
    'generate',
    digestOf(inRoot('prisma/schema.prisma', 'pnpm-lock.yaml')),
    'packages/database/src/generated/client.ts',
    'Generating the Prisma client',
    () => run(process.execPath, ['prisma/generate.mjs']),
  );
  const folders = ['packages', 'services', 'workflows', 'activities', 'infra', 'tests'].filter((name) =>
    statSync(path.join(root, name)).isDirectory(),
  );
  await step(
    tell,
    stamps,
    'build',
    digestOf([
      ...inRoot('pnpm-lock.yaml', 'tsconfig.base.json', 'tsconfig.build.json'),
      ...folders.flatMap((name) => sources(path.join(root, name))),
    ]),
    'services/gateway/dist/bundle/main.js',
    'Building',
    async () => {
      await tool('tsc', ['-b', 'tsconfig.build.json']);
      await run(process.execPath, ['workflows/dist/bundle/bundle.js']);
      await run(process.execPath, ['services/bundle.mjs']);
    },
  );
}

function assertNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;
  if (!supported) throw new Error(`Node.js ${process.versions.node} is not supported: ${engines.node} is`);
}
