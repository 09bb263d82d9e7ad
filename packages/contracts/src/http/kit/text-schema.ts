import { z } from 'zod';

/** What a text of a request may be. Lengths count characters (Unicode code points), as PostgreSQL and JSON Schema do. */
export interface TextRules {
  readonly minLength?: number;
  readonly maxLength: number;
  /** Whether line breaks and tabs may occur. */
  readonly multiline?: boolean;
  /** Whether white space alone is too little. */
  readonly isNotBlank?: boolean;
}

const controlCharacter = /\p{Cc}/u;
const controlCharacterOfLine = /[^\P{Cc}\t\n\r]/u;
const loneSurrogate = /\p{Cs}/u;

// For the documentation, in the dialect that all languages understand. Lone surrogates are no JSON in UTF-8 anyway.
const refusedInLine = '\\x00-\\x1f\\x7f-\\x9f';
const refusedInLines = '\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f';

/**
 * A text that can be stored, indexed and shown: bounded, without control characters (PostgreSQL refuses NUL) and
 * without lone surrogates, which have no UTF-8 form.
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

/** The same rules in the words of JSON Schema. */
export function jsonSchemaOfText(rules: TextRules) {
  const { minLength = 0, maxLength, multiline = false, isNotBlank = false } = rules;
  const refused = multiline ? refusedInLines : refusedInLine;
  const seen = isNotBlank ? `[^${refused}\\s][^${refused}]*` : '';
  return { minLength, maxLength, pattern: `^[^${refused}]*${seen}$` };
}

/** What is wrong with a text, or `undefined`. */
export function faultOfText(value: string, rules: TextRules): string | undefined {
  const { minLength = 0, maxLength, multiline = false, isNotBlank = false } = rules;
  // A character is one or two code units, so most texts need no counting, and huge ones none either.
  const tooLong =
    value.length > maxLength && (value.length > 2 * maxLength || Array.from(value).length > maxLength);
  if (tooLong) return `must be at most ${maxLength} characters`;
  if (value.length < minLength || (isNotBlank && value.trim() === '')) return 'must not be empty';
  if ((multiline ? controlCharacterOfLine : controlCharacter).test(value)) {
    return 'must not contain control characters';
  }
  return loneSurrogate.test(value) ? 'must be well-formed Unicode' : undefined;
}
