import { z } from 'zod'

const text = (least: number, most: number): z.ZodString =>
  z
    .string('Required')
    .min(least, `String must contain at least ${least} character(s)`)
    .max(most, `String must contain at most ${most} character(s)`)

const email = z.string('Required').regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'Invalid email')
const password = text(8, 128)

export const loginBody = z.object({ email, password })

export const registerBody = z
  .object({
    name: text(3, 80),
    username: z.union([z.literal(''), text(2, 80)]).nullish(),
    email,
    password,
    confirm_password: text(8, 128),
  })
  .refine((form) => form.password === form.confirm_password, {
    message: 'The passwords did not match',
    path: ['confirm_password'],
  })

/** The issues as LibreChat writes them into `message`: `password: String must contain at least 8 character(s)`. */
export const firstIssues = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ')
