/** Long timeouts of the gateway, for busy machines. */
export const patient = {
  RECORD_TIMEOUT_MS: '30000',
  CHANGE_TIMEOUT_MS: '30000',
  ALLOCATION_TIMEOUT_MS: '30000',
} as const;
