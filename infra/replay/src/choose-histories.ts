import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { shapeOf } from '@oms/testing';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';

/** The pairs of neighbouring words. The code decides on each such step, so a history with the step guards that decision. */
function stepsOf(shape: readonly string[]): ReadonlySet<string> {
  return new Set(shape.map((word, index) => `${shape[index - 1] ?? ''} > ${word}`));
}

/**
 * Chooses the histories of a folder that together have the most steps: each choice adds the most steps that no earlier
 * one has.
 *
 * @returns the names of the files
 */
export async function chooseHistories(folder: string, atMost: number): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  const left = new Map<string, ReadonlySet<string>>();
  for (const file of files) {
    const text = await readFile(path.join(folder, file), 'utf8');
    left.set(file, stepsOf(shapeOf(historyFromJSON(JSON.parse(text)))));
  }
  const shown = new Set<string>();
  const chosen: string[] = [];
  while (chosen.length < atMost) {
    const news = [...left].map(([file, steps]) => ({
      file,
      count: [...steps].filter((step) => !shown.has(step)).length,
    }));
    const best = news.reduce((most, each) => (each.count > most.count ? each : most), { file: '', count: 0 });
    if (best.count === 0) break;
    for (const step of left.get(best.file) ?? []) shown.add(step);
    left.delete(best.file);
    chosen.push(best.file);
  }
  return chosen;
}

/** Chooses histories and copies them to the folder of the replay guard. */
export async function copyChosen(from: string, to: string, atMost: number): Promise<readonly string[]> {
  const chosen = await chooseHistories(from, atMost);
  for (const file of chosen) await writeFile(path.join(to, file), await readFile(path.join(from, file)));
  return chosen;
}
