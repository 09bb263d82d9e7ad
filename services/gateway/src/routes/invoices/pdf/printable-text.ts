import type { Font } from 'fontkit';

/** Stands for a character that the font lacks. */
export const missingCharacter = '\u{fffd}';

/**
 * Makes a function that prepares a text for printing. The function replaces each character that one of the fonts lacks, so
 * that no character is dropped silently.
 */
export function printableText(
  fonts: readonly Pick<Font, 'hasGlyphForCodePoint'>[],
): (text: string) => string {
  const hasGlyph = (character: string): boolean =>
    character === '\n' ||
    (!/\p{Cc}/u.test(character) &&
      fonts.every((font) => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)));
  return (text) =>
    // Fonts have more composed letters than pairs of a letter and an accent.
    Array.from(text.normalize('NFC').replaceAll(/\r\n?/g, '\n').replaceAll('\t', ' '), (character) =>
      hasGlyph(character) ? character : missingCharacter,
    ).join('');
}
