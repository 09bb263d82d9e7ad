import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, it } from 'vitest';
import plainEnglish from './eslint-plugin-plain-english.js';

RuleTester.describe = describe;
RuleTester.it = it;

const relative = (words: string) => ({ messageId: 'relativeStart', data: { words } });
const whether = { messageId: 'whetherStart', data: { words: 'Whether' } };
const negation = (words: string) => ({ messageId: 'negation', data: { words } });

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run(
  'plain-english/prose',
  plainEnglish.rules.prose,
  {
    valid: [
      '/** The limits of one request. */ const limits = 1;',
      '// Retries what failed, whoever asked.',
      '/* Whatsoever is another word. */',
      // The second line continues the sentence of the first.
      '// The lock is taken by\n// whoever comes first.',
      '/** An address.\n * Which ports are allowed is configured. */ const address = 1;',
      "it('retries what failed', () => {});",
      "it('answers the request that is no longer open', () => {});",
      "it('returns 404 if there is none', () => {});",
      "expect('what is no test name');",

      '/** Whether it is open. */ function isOpen(): boolean { return true; }',
      '/** Whether it is open. */ export const isOpen = (): boolean => true;',
      '/** Whether it is open. */ export async function isOpen(): Promise<boolean> { return true; }',
      '/** Whether it is text. */ function isText(value: unknown): value is string { return true; }',
      'interface Order { /** Whether it is open. */ readonly isOpen: boolean }',
      'interface Order { /** Whether it is open. */ isOpen(): boolean }',
      'interface Order { /** Whether it is open. */ readonly isOpen?: true }',
      'class Order { /** Whether it is open. */ isOpen = true }',
      'class Order { constructor(/** Whether it is open. */ readonly isOpen: boolean) {} }',
      '/** @param wanted whether it is wanted */ function ask(wanted: boolean): void {}',
    ],
    invalid: [
      { code: '/** What one request may take. */ const limits = 1;', errors: [relative('What')] },
      { code: '// Whoever comes first.', errors: [relative('Whoever')] },
      { code: '// Code.\n\n// whatever comes first.', errors: [relative('whatever')] },
      { code: 'start(); // Code.\n// Who comes first.', errors: [relative('Who')] },
      { code: 'start(); // Code.\nagain(); // Who comes first.', errors: [relative('Who')] },
      { code: '/**\n * Which\n * limits apply.\n */', errors: [relative('Which')] },
      { code: '/* That which failed. */', errors: [relative('That which')] },
      { code: '// Whose order it is.', errors: [relative('Whose')] },
      { code: '// Whom to ask.', errors: [relative('Whom')] },
      {
        code: '/** @returns what is left */ function left(): number { return 1; }',
        errors: [relative('what')],
      },
      {
        code: '/** @param order what to ship */ function ship(order: object): void {}',
        errors: [relative('what')],
      },
      { code: '/** @throws TypeError what it says */ function fail(): void {}', errors: [relative('what')] },

      { code: "describe('what is left', () => {});", errors: [relative('what')] },
      { code: "it('whatever is left', () => {});", errors: [relative('whatever')] },
      { code: "test('which is left', () => {});", errors: [relative('which')] },
      { code: "it.concurrent('what is left', () => {});", errors: [relative('what')] },
      { code: "it.each([1])('what is left of %s', () => {});", errors: [relative('what')] },
      { code: "it.each`a ${1}`('what is left', () => {});", errors: [relative('what')] },
      { code: "it.skipIf(true)('what ' + 'is left', () => {});", errors: [relative('what')] },
      { code: 'it(`what is left of ${1}`, () => {});', errors: [relative('what')] },

      { code: '/** Whether it is open. */ function state(): string { return 1; }', errors: [whether] },
      { code: 'interface Order { /** Whether it is open. */ readonly state: string }', errors: [whether] },
      { code: '// Whether it is open.\nopen();', errors: [whether] },
      { code: "it('whether it is open', () => {});", errors: [{ messageId: 'whetherStart' }] },
      { code: '// Whether', errors: [whether] },

      { code: '// Refuses one that is none.', errors: [negation('is none')] },
      { code: '// Leaves out what is no address.', errors: [negation('what is no')] },
      { code: '// A body that is no JSON is refused.', errors: [negation('that is no')] },
      {
        code: '/** @throws TypeError when it is no key */ function use(): void {}',
        errors: [negation('it is no')],
      },
      { code: "// An id that is nobody's.", errors: [negation("that is nobody's")] },
      { code: '// Lines that are neither.', errors: [negation('that are neither')] },
      { code: '// Leaves out what has no name.', errors: [negation('what has no')] },
      { code: "it('refuses keys that are none', () => {});", errors: [negation('are none')] },
    ],
  },
);
