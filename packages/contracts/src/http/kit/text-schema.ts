import { z } from 'zod';

/** The limits of a text in a request. Lengths count Unicode code points, as PostgreSQL and JSON Schema do. */
export interface TextRules {
  readonly minLength?: number;
  readonly maxLength: number;
  /** Whether line breaks and tabs may occur. */
  readonly multiline?: boolean;
  /** Whether a text of white space alone is refused. */
  readonly isNotBlank?: boolean;
}

const controlCharacter = /\p{Cc}/u;
const controlCharacterOfLine = /[^\P{Cc}\t\n\r]/u;
const loneSurrogate = /\p{Cs}/u;

// For the documentation, in the regular expression syntax that all languages share. It omits lone surrogates, which
// JSON in UTF-8 cannot contain.
const refusedInLine = '\\x00-\\x1f\\x7f-\\x9f';
const refusedInLines = '\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f';

/**
 * The schema of a text that can be stored, indexed and shown. Control characters are refused (PostgreSQL cannot store
 * NUL), and so are lone surrogates, which have no UTF-8 form.
 */
export function text(rules: TextRules) {
  return z
    .string()
    .superRefine((value, context) => {
      const wanted = faultOfText(value, rules);
      if (wanted !== undefined) context.addIssue({ code: 'custom', message: wanted });
    })
    .meta(jsonSchemaOfText(rules));
}

/**
 * The schema of a text that identifies something, such as a SKU, a key or an id of another system. It converts equal
 * texts to equal bytes: trimmed, and composed (Unicode NFC). Limits hold for the text as it was sent.
 */
export function identifier(rules: Pick<TextRules, 'minLength' | 'maxLength'>) {
  const { minLength = 0 } = rules;
  return text({ ...rules, ...(minLength > 0 ? { isNotBlank: true } : {}) }).overwrite((value) =>
    value.normalize('NFC').trim(),
  );
}

/** The same rules as a JSON Schema. */
export function jsonSchemaOfText(rules: TextRules) {
  const { minLength = 0, maxLength, multiline = false, isNotBlank = false } = rules;
  const refused = multiline ? refusedInLines : refusedInLine;
  const seen = isNotBlank ? `[^${refused}\\s][^${refused}]*` : '';
  return { minLength, maxLength, pattern: `^[^${refused}]*${seen}$` };
}

/** The fault of a text; `undefined` for a valid one. */
export function faultOfText(value: string, rules: TextRules): string | undefined {
  const { minLength = 0, maxLength, multiline = false, isNotBlank = false } = rules;
  // A code point has one or two UTF-16 code units: only lengths between the limit and twice the limit need counting.
  const tooLong =
    value.length > maxLength && (value.length > 2 * maxLength || Array.from(value).length > maxLength);
  if (tooLong) return `must be at most ${maxLength} characters`;
  if (value.length < minLength || (isNotBlank && value.trim() === '')) return 'must not be empty';
  if ((multiline ? controlCharacterOfLine : controlCharacter).test(value)) {
    return 'must not contain control characters';
  }
  return loneSurrogate.test(value) ? 'must be well-formed Unicode' : undefined;
}
