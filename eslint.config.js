import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

import plainEnglish from './eslint-plugin-plain-english.js';

export default defineConfig(
  { ignores: ['**/dist/', '**/node_modules/', '**/generated/', '**/coverage/', '**/.local/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A floating promise loses its failure. In a workflow it also breaks determinism.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Interfaces are for objects, type aliases for unions and mapped types.
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { boolean: true } }],
      // Ports have asynchronous signatures, also for in-memory adapters that await nothing.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSEnumDeclaration',
          message: 'Use `const X = {…} as const` with a type of the same name.',
        },
      ],
      // Brackets mark undeclared properties, which are read by index.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // A closure may be created before the variables that it captures.
      'prefer-const': ['error', { ignoreReadBeforeAssign: true }],
      eqeqeq: 'error',
      'max-lines': ['warn', { max: 400 }],
      'max-lines-per-function': ['warn', { max: 80, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  {
    // Servers need the bounds of createBoundedServer: without them, a broken connection ends the process.
    files: ['{packages,services,activities}/**/*.ts'],
    ignores: [
      'packages/observability/src/bounded-server.ts',
      // A client imports the whole modules.
      'packages/outbound/src/exchange/http-exchange.ts',
      '**/*.test.ts',
      '**/src/testing/**/*.ts',
    ],
    rules: {
      'no-restricted-globals': [
        'error',
        {
          name: 'fetch',
          message: 'Use HttpExchange of @oms/outbound: one deadline, a size limit, no redirects.',
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:http', 'node:https', 'node:http2'].map((name) => ({
            name,
            importNames: ['createServer', 'createSecureServer'],
            message: 'Use createBoundedServer of @oms/observability.',
          })),
        },
      ],
    },
  },
  {
    // Only composition roots read the environment.
    files: ['**/*.ts'],
    ignores: [
      '**/main.ts',
      'packages/config/src/**',
      'packages/worker/src/run-worker-service.ts',
      'tests/**',
      'infra/**',
      'prisma/**',
      '*.config.ts',
      '**/*.test.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Configuration is read once, in main.ts, by @oms/config.',
        },
      ],
    },
  },
  {
    // The domain imports nothing, and its results depend on its arguments only.
    files: ['packages/domain/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'The domain is deterministic.' },
        { object: 'Date', property: 'now', message: 'Time is an argument of the domain.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time is an argument of the domain.',
        },
        {
          selector: 'TSEnumDeclaration',
          message: 'Use `const X = {…} as const` with a type of the same name.',
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'tests/**/*.ts', '**/src/testing/**/*.ts'],
    rules: {
      // A describe block has as many cases as its subject.
      'max-lines-per-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['infra/**/*.ts', '**/bundle.ts'],
    // Commands for a terminal print their output.
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        clearInterval: 'readonly',
        setInterval: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
        module: 'writable',
        require: 'readonly',
      },
    },
  },
  {
    files: ['**/*.{ts,js,mjs,cjs}'],
    plugins: { 'plain-english': plainEnglish },
    rules: { 'plain-english/prose': 'error' },
  },
);
