import { z } from 'zod'
import { target } from './chat.ts'

export const settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** What the last message was sent to; the first choice for a new conversation. */
  lastTarget: target.nullable(),
  /** The conversation that was open last; shown first at the next start. */
  lastConversationId: z.string().max(200).nullable(),
})
export type Settings = z.infer<typeof settings>

export const settingsPatch = settings.partial()

export const appInfo = z.strictObject({
  name: z.string(),
  version: z.string(),
  host: z.enum(['electron', 'browser']),
  platform: z.string(),
})
export type AppInfo = z.infer<typeof appInfo>
