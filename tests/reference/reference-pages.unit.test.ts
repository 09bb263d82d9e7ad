import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';

import { environmentPage } from './environment-page.js';
import { cancellationReasonsPage, eventsPage } from './order-pages.js';
import { operationsPage, permissionsPage } from './reference-pages.js';

const pages = {
  'cancellation-reasons': cancellationReasonsPage,
  environment: environmentPage,
  events: eventsPage,
  operations: operationsPage,
  permissions: permissionsPage,
};

it.each(Object.entries(pages))(
  'docs/reference/%s.md is current; `npm run reference` writes it anew',
  async (name, page) => {
    const file = new URL(`../../docs/reference/${name}.md`, import.meta.url).pathname;
    const written = await format(page(), { ...(await resolveConfig(file)), filepath: file });
    await expect(written).toMatchFileSnapshot(file);
  },
);
