import { providerAccountRules, providerAccounts, variableRules } from '@oms/config';
import { workerConfig } from '@oms/worker';
import { z } from 'zod';

const variables = z.object({ ...workerConfig.shape, ...providerAccounts.shape });

/**
 * What the payment worker reads from its environment: one provider at least, and each of them whole. Both halves are
 * looked at, so that all faults are named at once.
 */
export const paymentWorkerConfig = z.intersection(variables, variableRules(providerAccountRules));
export type PaymentWorkerConfig = z.infer<typeof paymentWorkerConfig>;
