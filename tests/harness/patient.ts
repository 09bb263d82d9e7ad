/** Variables with which the gateway waits for its answer on a busy machine. */
export const patient = {
  RECORD_TIMEOUT_MS: '30000',
  CHANGE_TIMEOUT_MS: '30000',
  ALLOCATION_TIMEOUT_MS: '30000',
} as const;
