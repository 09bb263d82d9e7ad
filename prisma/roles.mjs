// `npm run roles`: runs roles.sql in the database that DATABASE_URL names, as the administrator that it names.
import { prepare } from '../infra/local/bootstrap.mjs';

try {
  await prepare();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
await import('../packages/database/dist/migrate/roles/main.js');
