/**
 * The allowed imports. The dependencies of a package state them first. These rules cover every import, and restrictions that
 * dependencies cannot state: imports by type only, none of Node's modules, none of a service.
 */

const test = '(\\.test\\.ts$|/src/testing/|/http/testing/|^tests/)';
const domain = '^packages/domain/src';
const contracts = '^packages/contracts/src';

/** A room may import the rooms in `may`, itself, and anything from npm. */
function room(name, from, may) {
  return {
    name,
    severity: 'error',
    comment: `${name} may import ${may.join(', ') || 'no other room'}.`,
    from: { path: from, pathNot: test },
    to: { path: '^(packages|services|workflows|activities|infra|prisma)/', pathNot: [from, ...may] },
  };
}

/**
 * The contexts of a layer, the lowest first: a context may import `kit`, itself and those before it. The same names
 * stand in every layer, so that a context is found at the first try. A context that is not listed is imported by none of
 * them: a plain resource, and the registries of operations and stores, which import every context.
 */
function contexts(layer, order) {
  return order.map((context, index) => ({
    name: `${layer}/${context}`,
    severity: 'error',
    comment: `${context} may import ${['kit', ...order.slice(0, index)].join(', ')} of its layer, and itself.`,
    from: { path: `^${layer}/${context}/`, pathNot: test },
    to: {
      path: `^${layer}/`,
      pathNot: ['kit', 'generated', ...order.slice(0, index + 1)].map((room) => `^${layer}/${room}/`),
    },
  }));
}

module.exports = {
  forbidden: [
    ...contexts('packages/domain/src', [
      ...['kit', 'erp', 'api-keys', 'payments', 'invoices', 'returns', 'orders'],
    ]),
    ...contexts('packages/contracts/src/http', [
      ...['kit', 'api-keys', 'settings', 'erp', 'catalogue', 'invoices', 'orders', 'returns', 'operators'],
      'webhooks',
    ]),
    ...contexts('packages/contracts/src/temporal', [
      ...['kit', 'catalogue', 'payments', 'invoices', 'erp', 'orders', 'operators'],
    ]),
    ...contexts('packages/database/src', [
      ...['kit', 'order-log', 'settings', 'api-keys', 'erp', 'inventory', 'catalogue', 'payments', 'returns'],
      ...['proof', 'orders', 'invoices', 'operators'],
    ]),
    ...contexts('workflows/src', ['kit', 'erp', 'payments', 'orders']),
    ...contexts('activities/src', ['kit', 'inventory', 'orders', 'payments', 'erp']),
    {
      name: 'no-file-beside-the-contexts',
      severity: 'error',
      comment: 'Each file is in the folder of its context; src itself holds the index alone.',
      from: {},
      to: {
        path: '^(packages/(domain|database)|workflows|activities)/src/[^/]+\\.ts$',
        pathNot: '/src/index\\.ts$',
      },
    },
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'What imports itself in a circle cannot be understood or moved in parts.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      comment: 'An import must lead somewhere.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-dependencies',
      severity: 'error',
      comment: 'What a package imports stands in its own package.json, and not under devDependencies alone.',
      // The workflow bundle is made when the project is built, by a tool that does not run in production.
      from: {
        path: '^(packages|services|workflows|activities|infra)/',
        pathNot: [test, '^workflows/src/bundle/'],
      },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-imports-nothing',
      severity: 'error',
      comment: 'The domain is pure: it imports nothing, not even node:*.',
      from: { path: domain, pathNot: test },
      to: { pathNot: domain },
    },
    room('contracts', contracts, [domain]),
    {
      name: 'temporal-contracts-stay-small',
      severity: 'error',
      comment: 'Workflows import these: no zod (it slows every workflow), nothing of Node, no schemas.',
      from: { path: ['^packages/contracts/src/temporal', '^workflows/src'], pathNot: test },
      to: { path: ['^packages/contracts/src/(http|commands)', 'node_modules/zod/'] },
    },
    {
      name: 'temporal-contracts-and-workflows-without-node',
      severity: 'error',
      comment: 'Workflow code runs in a sandbox that has nothing of Node.',
      from: {
        path: ['^packages/contracts/src/temporal', '^workflows/src/.+/'],
        pathNot: [test, '^workflows/src/bundle/'],
      },
      to: { dependencyTypes: ['core'] },
    },
    room('workflows', '^workflows/src', [domain, '^packages/contracts/src/temporal', '^activities/src']),
    {
      name: 'workflows-see-activities-by-type-only',
      severity: 'error',
      comment:
        'Activities imported at run time would be bundled into the workflow and break its determinism.',
      from: { path: '^workflows/src', pathNot: test },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    room('activities', '^activities/src', [
      domain,
      '^packages/contracts/src/(temporal|commands)',
      '^packages/database/src',
      '^packages/temporal/src',
      '^packages/payments/src',
      '^packages/erp/src',
      '^packages/outbound/src',
    ]),
    room('config', '^packages/config/src', []),
    room('observability', '^packages/observability/src', []),
    room('outbound', '^packages/outbound/src', []),
    room('payments', '^packages/payments/src', [domain, '^packages/outbound/src']),
    room('erp', '^packages/erp/src', [domain, '^packages/outbound/src']),
    {
      name: 'one-door-to-foreign-servers',
      severity: 'error',
      comment:
        'HTTP to foreign servers goes through packages/outbound: it has the deadline, the limit and the guard.',
      from: {
        path: '^(packages|activities|workflows)/',
        pathNot: [test, '^packages/(outbound|observability)/'],
      },
      to: { path: '^(node:)?https?$', dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
    },
    // Stores are made from the declarations of resources.
    room('database', '^packages/database/src', [domain, contracts, '^packages/config/src']),
    room('temporal', '^packages/temporal/src', [domain, '^packages/contracts/src/temporal']),
    room('worker', '^packages/worker/src', [
      '^packages/(config|database|observability|temporal)/src',
      '^packages/contracts/src/temporal',
    ]),
    // Payments for their readers of webhooks, the ERP for the schemas of its settings.
    room('gateway', '^services/gateway/src', [
      domain,
      contracts,
      '^packages/(config|database|erp|observability|outbound|payments|temporal)/src',
    ]),
    room('payment-simulator', '^infra/payment-simulator/src', ['^packages/(config|observability)/src']),
    {
      name: 'nobody-imports-a-service',
      severity: 'error',
      comment: 'Services are composition roots: what two of them need belongs into a package.',
      from: { pathNot: '^services/([^/]+)/' },
      // The reference of environment variables is made from them.
      to: { path: '^services/', pathNot: '-config\\.ts$' },
    },
    {
      name: 'services-do-not-import-each-other',
      severity: 'error',
      comment: 'Services are composition roots: what two of them need belongs into a package.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'workers-do-not-import-the-local-stack',
      severity: 'error',
      comment: 'What runs in production knows nothing of the machine that it is developed on.',
      from: { path: '^(services|packages|activities|workflows)/', pathNot: [test, '^tests/'] },
      to: { path: '^(infra|tests)/' },
    },
    {
      name: 'only-the-database-sees-prisma',
      severity: 'error',
      comment: 'Repositories return domain types.',
      from: { pathNot: ['^packages/database/', '^prisma(/|\\.config\\.ts$)', '^infra/'] },
      to: { path: ['node_modules/(@prisma|prisma)/', '^packages/database/src/generated'] },
    },
    {
      name: 'production-does-not-import-tests',
      severity: 'error',
      comment: 'Tests are not built.',
      from: { pathNot: test },
      to: { path: '\\.test\\.ts$' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    // Type-only imports count too: a boundary that types may cross is not one.
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules', 'dist/'] },
    exclude: { path: ['(^|/)dist/', '/generated/', '/\\.local/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['oms-source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
    combinedDependencies: false,
  },
};
