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

/** A user with the service provider, whose id is of whatever type its table uses. */
export const profile = apiUser.extend({ service_provider: z.union([z.string(), z.number()]).nullable() })

export const tokenPair = z.object({ access: z.string().min(1), refresh: z.string().min(1) })
export type TokenPair = z.infer<typeof tokenPair>

export const loginAnswer = tokenPair.extend({ user: apiUser })
export const registerAnswer = z.object({ message: z.string(), user: profile })
export const verifyAnswer = z.object({ valid: z.literal(true), message: z.string() })
export const librechatPasswordAnswer = z.object({ librechat_password: z.string().min(1) })
export const messageAnswer = z.object({ message: z.string() })

/** DRF's 400 body: field name → messages. */
export const fieldErrors = z.record(z.string(), z.array(z.string()))

/** DRF's body of every other error. */
export const detailAnswer = z.object({ detail: z.string() })
/** That of the platform's own views. */
export const errorAnswer = z.object({ error: z.string() })
/** simplejwt's 401 to a bearer that is missing or not good. */
export const bearerRefused = detailAnswer.extend({
  code: z.string().optional(),
  messages: z.array(z.object({ token_class: z.string(), token_type: z.string(), message: z.string() })).optional(),
})
export const verifyRefused = z.object({ valid: z.literal(false), detail: z.string(), error: z.string() })
