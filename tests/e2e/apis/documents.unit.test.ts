import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { createOrderExample } from '@oms/contracts/http';
import { orderStatuses, orderTransitions } from '@oms/domain';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** The code block of a document that follows a marker comment. */
function blockAfter(file: string, marker: string): string {
  const match = new RegExp(`<!-- ${marker} -->\\s*\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(read(file));
  if (!match?.[1]) throw new Error(`${file} has no block after <!-- ${marker} -->`);
  return match[1];
}

const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'infra/local/README.md', 'infra/payment-simulator/README.md'],
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
];

describe('the architecture', () => {
  it("draws exactly the transitions of the domain's table", () => {
    const drawn = blockAfter('docs/architecture.md', 'order-transitions')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.includes('-->'));
    const table = orderStatuses.flatMap((from) => {
      const targets: readonly string[] = orderTransitions[from];
      return targets.length === 0 ? [`${from} --> [*]`] : targets.map((to) => `${from} --> ${to}`);
    });
    expect(drawn.filter((line) => !line.startsWith('[*]')).sort()).toEqual(table.sort());
  });
});

describe('the README', () => {
  it('places the order that the demo tenant has stock for', () => {
    const body = /-d '(\{[\s\S]*\})'/.exec(blockAfter('README.md', 'example-order'))?.[1] ?? '';
    expect(JSON.parse(body)).toEqual(createOrderExample);
  });

  it('has at most 130 lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(130);
  });
});

describe('all documents', () => {
  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = documents.flatMap((file) =>
      [...read(file).matchAll(/npm run (?:--silent )?([\w-]+)|npm (start|test)/g)].map(
        ([, script, own]) => script ?? own ?? '',
      ),
    );
    expect(named.length).toBeGreaterThan(20);
    for (const name of new Set(named)) expect(scripts).toHaveProperty(name);
  });

  it.each(documents)('%s links only to files that exist', (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, link = '']) => link,
    );
    const folder = path.dirname(path.join(root, file));
    expect(links.filter((link) => !existsSync(path.resolve(folder, link)))).toEqual([]);
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
