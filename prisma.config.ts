import { defineConfig } from 'prisma/config';

/** Where Prisma's own CLI finds what it needs; the services get theirs from their own configuration. */
const url = process.env['DATABASE_URL'];

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // Left out where it is not set, so that what needs no database, such as `prisma validate`, works without one.
  ...(url ? { datasource: { url } } : {}),
});
