/** The registered name of the workflow that keeps when API keys were last used. */
export const recordApiKeyUsesWorkflowType = 'recordApiKeyUsesWorkflow';

/** That a key was used. */
export interface ApiKeyUse {
  readonly apiKeyId: string;
  /** ISO 8601. */
  readonly usedAt: string;
}
