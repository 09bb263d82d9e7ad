export {
  databaseRoles,
  makeDatabase,
  makeRoles,
  type DatabaseUrls,
  type DatabaseUser,
} from './database-roles.js';
export { migrateDatabase, migrationsDir, type MigrationOptions } from './migrate-database.js';
export { writeMigration, type NewMigration } from './new-migration.js';
export { schemaDifference, schemaFile } from './schema-difference.js';
