import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';

import { markdownCode } from './markdown.js';

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

/** All nodes of a page, read by an independent parser of GitHub's Markdown. */
function nodesOf(markdown: string): readonly Node[] {
  const all = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(all)];
  return all(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
}

/** The places of foreign text on the pages of orders. */
const pageOf = (words: string): string =>
  [
    '**Order ORD-1 is pending**',
    '',
    `- Last fault: ${words}`,
    `- 2 × ${words} at 1.00`,
    '',
    `ERP: it refuses it: ${words}; try again.`,
  ].join('\n');

const markup = [
  ...[
    '![t](http://e.example/p.png)',
    '[Log in](http://e.example)',
    '[a]: http://e.example "b"',
    '[a]',
    '[^1]',
  ],
  ...['<img src=x onerror=alert(1)>', '<!-- ', '-->', '</div>', '<script>', '<https://e.example>', '&lt;'],
  ...[
    'https://e.example/x',
    'www.e.example',
    'me@e.example',
    '# Heading',
    '===',
    '---',
    '```',
    '~~~',
    '~~x~~',
  ],
  ...['`', '``', '`x`', '\\', '\\`', '**b**', '_e_', '| a | b |', '|---|---|', '- item', '1. one', '> quote'],
  ...[
    '\n',
    '\n\n',
    '\r',
    '\u2028',
    '\t',
    '    code',
    ' ',
    'x',
    'é',
    '🧶',
    '\u202E',
    '\u0000',
    '\uD800',
    '$',
    '*',
  ],
];
const foreign = fc
  .array(fc.oneof(fc.constantFrom(...markup), fc.string({ unit: 'grapheme', maxLength: 5 })), {
    maxLength: 30,
  })
  .map((pieces) => pieces.join(''));

describe('markdownCode', () => {
  it('renders any text as a code span without other markup', () => {
    fc.assert(
      fc.property(foreign, fc.integer({ min: 1, max: 60 }), (text, max) => {
        const nodes = nodesOf(pageOf(markdownCode(text, max)));
        const spans = nodes.filter(({ type }) => type === 'inlineCode');
        const isEmpty = markdownCode(text, max) === '';
        expect(spans).toHaveLength(isEmpty ? 0 : 3);
        for (const { value = '' } of spans) expect([...value].length).toBeLessThanOrEqual(max);
        expect(
          nodes.map(({ type }) => type).filter((type) => type !== 'inlineCode' && type !== 'text'),
        ).toEqual([
          'root',
          'paragraph',
          'strong',
          'list',
          'listItem',
          'paragraph',
          'listItem',
          'paragraph',
          'paragraph',
        ]);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['Classic Wool Sweater', '`Classic Wool Sweater`'],
    ['[Log in](http://e.example)', '`[Log in](http://e.example)`'],
    ['two\n\nparagraphs', '`two paragraphs`'],
    ['a `b` c', '`` a `b` c ``'],
    ['``', '``` `` ```'],
    ['\u202Egnp.exe', '`gnp.exe`'],
    ['half \uD83E of a character', '`half of a character`'],
    ['', ''],
    [' \n ', ''],
  ])('renders %j as %j', (text, shown) => {
    expect(markdownCode(text, 100)).toBe(shown);
  });

  it('cuts the text to maxCharacters', () => {
    expect(markdownCode('🧶🧶🧶🧶', 4)).toBe('`🧶🧶🧶🧶`');
    expect(markdownCode('🧶🧶🧶🧶🧶', 4)).toBe('`🧶🧶🧶…`');
  });
});
