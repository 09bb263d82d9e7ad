/** The spellings of a noun in the different places of an API. */
export interface ResourceWords {
  /** `API key` */
  readonly noun: string;
  /** `an API key` */
  readonly aNoun: string;
  /** `ApiKey`: in ids of operations and names of schemas. */
  readonly pascal: string;
  /** `api_key`: in fields and in the audit log. */
  readonly snake: string;
}

/** @param noun in words, such as `API key` */
export function wordsOf(noun: string): ResourceWords {
  const words = noun.split(' ');
  return {
    noun,
    aNoun: `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`,
    pascal: words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1).toLowerCase()}`).join(''),
    snake: words.join('_').toLowerCase(),
  };
}
