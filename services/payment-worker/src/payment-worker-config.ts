import { providerAccountRules, providerAccounts, variableRules } from '@oms/config';
import { workerConfig } from '@oms/worker';
import { z } from 'zod';

const variables = z.object({ ...workerConfig.shape, ...providerAccounts.shape });

/**
 * The payment worker's environment: at least one provider, each with complete variables. In an intersection, zod evaluates
 * both schemas, so that all faults are reported together.
 */
export const paymentWorkerConfig = z.intersection(variables, variableRules(providerAccountRules));
export type PaymentWorkerConfig = z.infer<typeof paymentWorkerConfig>;
