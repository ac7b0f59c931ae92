import type { ModelOption, Target } from '../../contract/chat.ts'
import { isRecord } from './errors.ts'
import type { LibreChat } from './librechat.ts'
import type { Requester } from './request.ts'
import type { StartupConfig } from './startup-config.ts'

/** Endpoints with a protocol of their own, which this client does not speak. */
const foreign = new Set(['assistants', 'azureAssistants'])
const labels: Readonly<Record<string, string>> = {
  openAI: 'OpenAI',
  google: 'Google',
  anthropic: 'Anthropic',
  azureOpenAI: 'Azure OpenAI',
  bedrock: 'AWS Bedrock',
  agents: 'Agents',
}

const optional = async (requester: Requester, path: string, signal?: AbortSignal): Promise<unknown> => {
  try {
    return await requester.json({ method: 'GET', path, signal })
  } catch {
    signal?.throwIfAborted()
    return undefined
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

function modelOptions(endpoints: Record<string, unknown>, models: Record<string, unknown>): ModelOption[] {
  const rows = Object.entries(endpoints)
    .filter(([name, value]) => isRecord(value) && !foreign.has(name) && name !== 'agents')
    .map(([name, value]) => ({ name, settings: value as Record<string, unknown> }))
    // Models behind a key of the user's own need that key stored first; they would only fail here.
    .filter(({ settings }) => settings['userProvide'] !== true)
    .sort((a, b) => Number(a.settings['order'] ?? 99) - Number(b.settings['order'] ?? 99))
  return rows.flatMap(({ name, settings }) => {
    const list = models[name]
    const names = Array.isArray(list) ? list.filter((model): model is string => typeof model === 'string') : []
    const group = text(settings['modelDisplayLabel']) ?? labels[name] ?? name
    const endpointType = settings['type'] === 'custom' ? ('custom' as const) : null
    return names.map((model) => ({
      target: { endpoint: name, endpointType, model, agentId: null, spec: null },
      label: model,
      group,
      description: null,
    }))
  })
}

function agentOptions(body: unknown): ModelOption[] {
  const rows = isRecord(body) && Array.isArray(body['data']) ? body['data'].filter(isRecord) : []
  return rows.flatMap((row) => {
    const id = text(row['id'])
    if (id === null || !id.startsWith('agent_')) return []
    const target: Target = { endpoint: 'agents', endpointType: null, model: null, agentId: id, spec: null }
    return [{ target, label: text(row['name']) ?? id, group: 'Agents', description: text(row['description']) }]
  })
}

function specOptions(list: unknown, endpoints: Record<string, unknown>): (ModelOption & { preferred: boolean })[] {
  return (Array.isArray(list) ? list.filter(isRecord) : []).flatMap((row) => {
    const preset = isRecord(row['preset']) ? row['preset'] : {}
    const name = text(row['name'])
    const endpoint = text(preset['endpoint'])
    if (name === null || endpoint === null) return []
    const settings = endpoints[endpoint]
    const agentId = endpoint === 'agents' ? text(preset['agent_id']) : null
    const endpointType = isRecord(settings) && settings['type'] === 'custom' ? ('custom' as const) : null
    const target: Target = {
      endpoint,
      endpointType,
      model: agentId === null ? text(preset['model']) : null,
      agentId,
      spec: name,
    }
    return [
      {
        target,
        label: text(row['label']) ?? name,
        group: text(row['group']) ?? 'Suggested',
        description: text(row['description']),
        preferred: row['default'] === true,
      },
    ]
  })
}

export function createModels(requester: Requester, startupConfig: StartupConfig): LibreChat['models'] {
  return {
    async list(signal) {
      const [endpoints, models, config, agents] = await Promise.all([
        requester.json({ method: 'GET', path: '/api/endpoints', signal }),
        requester.json({ method: 'GET', path: '/api/models', signal }),
        startupConfig().catch(() => undefined),
        optional(requester, '/api/agents?requiredPermission=1&limit=100', signal),
      ])
      const known = isRecord(endpoints) ? endpoints : {}
      const specs = isRecord(config) && isRecord(config['modelSpecs']) ? config['modelSpecs'] : {}
      const suggested = specOptions(specs['list'], known)
      const preferred = suggested.find((option) => option.preferred)?.target ?? null
      const plain = suggested.map(({ target, label, group, description }) => ({ target, label, group, description }))
      if (specs['enforce'] === true) return { options: plain, preferred: preferred ?? plain[0]?.target ?? null }
      const options = [
        ...plain,
        ...modelOptions(known, isRecord(models) ? models : {}),
        ...('agents' in known ? agentOptions(agents) : []),
      ]
      return { options, preferred: preferred ?? options[0]?.target ?? null }
    },
  }
}
