/** The roles that the gateway knows. */
export const developmentRoles = ['admin', 'operator', 'order_manager', 'service', 'viewer'] as const;
