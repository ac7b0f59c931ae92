import { z } from 'zod'

/** A proxy between the app and its servers wants to know who asks. */
export const proxyLogin = z.strictObject({
  /** `host:port`. */
  proxy: z.string().max(300),
  /** What the proxy calls itself, in its own words. */
  realm: z.string().max(200).nullable(),
  /** It did not take what it was given last. */
  refused: z.boolean(),
  /** False: it wants a way of signing in that the app does not have (NTLM, Kerberos, Digest). */
  supported: z.boolean(),
})
export type ProxyLogin = z.infer<typeof proxyLogin>

export const proxySignInInput = z.strictObject({
  username: z.string().min(1).max(256),
  password: z.string().max(1024),
})
export type ProxySignInInput = z.infer<typeof proxySignInInput>
