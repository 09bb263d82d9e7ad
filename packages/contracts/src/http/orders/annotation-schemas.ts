import { limits } from '@oms/domain';
import { z } from 'zod';

import { identifier, text } from '../kit/text-schema.js';

/** A note on an order, for people. */
export const note = text({ minLength: 1, maxLength: limits.note, multiline: true });

/** Words that mark an order. */
export const tags = z.array(identifier({ minLength: 1, maxLength: limits.tag })).max(limits.tags);
