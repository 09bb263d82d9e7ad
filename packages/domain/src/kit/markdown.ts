const cut = '…';

/**
 * Renders foreign text as a Markdown code span in one line, cut to `maxCharacters`. Foreign text is, for example, an ERP's
 * answer or a product's title. Nothing in a code span is a link, an image, HTML or other markup.
 */
export function markdownCode(text: string, maxCharacters: number): string {
  const characters = [...text.replace(unseen, ' ').replace(/\s+/g, ' ').trim()];
  if (characters.length === 0) return '';
  const shown =
    characters.length > maxCharacters
      ? `${characters.slice(0, maxCharacters - cut.length).join('')}${cut}`
      : characters.join('');
  // A code span ends at as many backticks as it began with.
  const runs = (shown.match(/`+/g) ?? []).map(({ length }) => length);
  const fence = '`'.repeat(Math.max(0, ...runs) + 1);
  // The space at each end belongs to the fence, and separates the fence from backticks of the text.
  return runs.length === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}

/** Control characters, lone surrogates, and characters that change the direction of writing. */
const unseen = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
