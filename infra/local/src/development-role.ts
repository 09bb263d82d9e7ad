/** The roles that the gateway knows. */
export const developmentRoles = ['admin', 'order_manager', 'service', 'viewer'] as const;
