const cut = '…';

/**
 * Foreign words for a page that renders Markdown, such as an ERP's answer or a product's title: a code span in one line,
 * in which nothing is a link, an image, HTML or any other markup. Cut to `maxCharacters`.
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
  // One space at each end belongs to the fence, and keeps backticks of the text apart from it.
  return runs.length === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}

/** Control characters, halves of characters, and what turns the direction of writing around. */
const unseen = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
