import { RefusalCode } from '@oms/domain';

import { HttpRefusal } from '../../../http/refuse.js';

/**
 * Makes a function of work that takes much processor time: its calls run one after the other, so that other requests get
 * their share.
 *
 * @param options.maxWaiting the most calls that wait; each further one is refused with 503
 */
export function oneAtATime<Input, Output>(
  work: (input: Input) => Promise<Output>,
  { maxWaiting }: { readonly maxWaiting: number },
): (input: Input) => Promise<Output> {
  let last: Promise<unknown> = Promise.resolve();
  let unfinished = 0;
  return async (input) => {
    if (unfinished > maxWaiting) {
      throw new HttpRefusal(
        RefusalCode.Unavailable,
        'too many documents are being made; retry after a few seconds',
        {
          headers: { 'Retry-After': '5' },
        },
      );
    }
    unfinished += 1;
    const result = last.then(() => work(input));
    last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      unfinished -= 1;
    }
  };
}
