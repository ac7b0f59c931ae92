/** The application that owns the workflows in DBOS's tables. */
export const applicationName = 'hestami-platform'
export const queueName = 'librechat'
export const provisionWorkflow = 'provision_librechat_user'
export const rotateWorkflow = 'rotate_librechat_password'
export const retryWorkflow = 'retry_librechat_user'

/**
 * The version of the workflows, not of the program: raise it whenever their steps change in number, order or meaning. What
 * an older version has left is begun anew by the first process of a newer one (upkeep.ts).
 */
export const workflowVersion = '1'

export const provisionId = (userId: string): string => `provision-librechat-${userId}`
export const rotateId = (userId: string): string => `rotate-librechat-${userId}`
