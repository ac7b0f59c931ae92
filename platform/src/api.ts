import { z } from 'zod'

/** The platform's wire schemas: shared with its clients, the only thing this package exports to the app. */

export const userRole = z.enum(['PROPERTY_OWNER', 'SERVICE_PROVIDER', 'STAFF', 'SERVICE_ACCOUNT'])
export type UserRole = z.infer<typeof userRole>

export const apiUser = z.object({
  id: z.string(),
  email: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  user_role: z.string(),
  phone_number: z.string().nullish(),
})
export type ApiUser = z.infer<typeof apiUser>

export const tokenPair = z.object({ access: z.string().min(1), refresh: z.string().min(1) })
export type TokenPair = z.infer<typeof tokenPair>

export const loginAnswer = tokenPair.extend({ user: apiUser })
export const registerAnswer = z.object({ message: z.string(), user: apiUser })
export const librechatPasswordAnswer = z.object({ librechat_password: z.string().min(1) })

/** DRF's 400 body: field name → messages. */
export const fieldErrors = z.record(z.string(), z.array(z.string()))
