export { migrateDatabase, migrationsDir, type MigrationOptions } from './migrate-database.js';
export { schemaDifference, schemaFile } from './schema-difference.js';
