import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { openApiDocument } from './open-api-document.js';

describe('webhooks', () => {
  it('need no token, and answer with what providers understand', () => {
    const { post } = z
      .object({ post: z.looseObject({ responses: z.record(z.string(), z.unknown()) }) })
      .parse(openApiDocument().paths['/webhooks/{provider}']);
    expect(post).toMatchObject({ security: [] });
    expect(Object.keys(post.responses)).toEqual(['200', '400', '404', '413', '429', '503']);
  });
});
