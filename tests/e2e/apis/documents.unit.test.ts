import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { createOrderExample } from '@oms/contracts/http';
import { orderStatuses, orderTransitions } from '@oms/domain';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const readme = read('README.md');

/** The code block that follows a marker comment. */
function blockAfter(marker: string): string {
  const match = new RegExp(`<!-- ${marker} -->\\s*\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(readme);
  if (!match?.[1]) throw new Error(`README.md has no block after <!-- ${marker} -->`);
  return match[1];
}

describe('the README', () => {
  it("draws exactly the transitions of the domain's table", () => {
    const drawn = blockAfter('order-transitions')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.includes('-->'));
    const table = orderStatuses.flatMap((from) => {
      const targets: readonly string[] = orderTransitions[from];
      return targets.length === 0 ? [`${from} --> [*]`] : targets.map((to) => `${from} --> ${to}`);
    });
    expect(drawn.filter((line) => !line.startsWith('[*]')).sort()).toEqual(table.sort());
  });

  it('places the order that the demo tenant has stock for', () => {
    const body = /-d '(\{[\s\S]*\})'/.exec(blockAfter('example-order'))?.[1] ?? '';
    expect(JSON.parse(body)).toEqual(createOrderExample);
  });

  it('names only npm scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm run (?:--silent )?([\w-]+)|pnpm (replay)|npm (start|test)/g)]
      .map((match) => match[1] ?? match[2] ?? match[3])
      .filter((name) => name !== undefined);
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect(scripts).toHaveProperty(name);
  });

  it('links only to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !existsSync(path.join(root, link)))).toEqual([]);
  });
});

describe('the decisions', () => {
  const files = readdirSync(path.join(root, 'docs/decisions'))
    .filter((file) => file !== 'README.md')
    .sort();

  it('are numbered without gaps', () => {
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
  });

  it('are all in the index', () => {
    const linked = [...read('docs/decisions/README.md').matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]);
    expect(linked.sort()).toEqual(files);
  });

  it.each(files)('%s says status, context, decision, drawbacks and alternatives', (file) => {
    const headings = [...read(`docs/decisions/${file}`).matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(['Status', 'Context', 'Decision', 'Drawbacks', 'Alternatives']);
  });
});
