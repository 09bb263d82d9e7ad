import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes an executable shell script. It runs without a PATH: only built-in commands and absolute paths work. */
export async function script(file: string, ...lines: readonly string[]): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, ['#!/bin/sh', ...lines, ''].join('\n'));
  await chmod(file, 0o755);
  return file;
}

const version = (server: string): string => `echo 'temporal version 1.5.1 (Server ${server}, UI 2.42.1)'`;

/** A program that prints the version of its server, in the format of `temporal --version`. */
export const temporalOf = (file: string, server = '1.29.1'): Promise<string> => script(file, version(server));

/** A Go module with the layout of the pinned one. */
export async function moduleOf(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'clock'), { recursive: true });
  await writeFile(path.join(folder, 'go.mod'), 'module pinned\n');
  await writeFile(path.join(folder, 'go.sum'), 'sums');
  await writeFile(path.join(folder, 'clock', 'time_source.go'), 'package clock // of this project');
}

/** A `go` that prints its version, provides sources, counts builds and keeps the last clock in files, and "builds" a `temporal`. */
export async function goOf(file: string, { goVersion = 'go1.26.0', build = 'exit 0' } = {}): Promise<string> {
  await script(path.join(`${file}.server`, 'common', 'clock', 'time_source.go'), 'package clock');
  return script(
    file,
    `case "$1 $2" in`,
    `  "env GOTOOLCHAIN") echo local; exit 0 ;;`,
    `  "env GOVERSION") echo ${goVersion}; exit 0 ;;`,
    `  "mod download") echo '{"Dir": "${file}.server"}'; exit 0 ;;`,
    `esac`,
    `echo build >> "${file}.builds"`,
    `while [ "$1" != -modfile ]; do shift; done`,
    `/bin/cat "\${2%/*}/server/common/clock/time_source.go" > "${file}.clock"`,
    `while [ "$1" != -o ]; do shift; done`,
    `printf '#!/bin/sh\\n%s\\n' "${version('1.29.1')}" > "$2"`,
    `/bin/chmod +x "$2"`,
    build,
  );
}
