import { contextBridge, ipcRenderer } from 'electron'
import { callChannel, eventChannel } from '../contract/channels.ts'
import type { Api } from '../contract/ipc.ts'
import { eventNames, requestNames } from '../contract/routes.ts'
import type { EventName } from '../contract/routes.ts'

type Listener = (payload: unknown) => void

const groups: Record<string, Record<string, unknown>> = {}
for (const name of requestNames) {
  const [group, method] = name.split('.') as [string, string]
  groups[group] ??= {}
  groups[group][method] = async (input?: unknown): Promise<unknown> =>
    (await ipcRenderer.invoke(callChannel, name, input)) as unknown
}

const listeners = new Map<string, Set<{ listener: Listener }>>()
const on: Record<string, unknown> = {}
for (const name of eventNames) {
  const subscribed = new Set<{ listener: Listener }>()
  listeners.set(name, subscribed)
  on[name] = (listener: Listener): (() => void) => {
    const entry = { listener }
    subscribed.add(entry)
    return () => void subscribed.delete(entry)
  }
}

ipcRenderer.on(eventChannel, (_event, name: EventName, payload: unknown) => {
  for (const { listener } of listeners.get(name) ?? []) {
    try {
      listener(payload)
    } catch (thrown) {
      // One listener's defect must not keep the event from the others.
      reportError(thrown)
    }
  }
})

const api = { ...groups, on } as unknown as Api
for (const part of Object.values(api)) for (const call of Object.values(part)) Object.freeze(call)
for (const part of Object.values(api)) Object.freeze(part)
contextBridge.exposeInMainWorld('hestami', Object.freeze(api))
