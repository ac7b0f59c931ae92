/** What can be chatted with. */
export const models: Readonly<Record<string, readonly string[]>> = {
  openAI: ['gpt-4o', 'gpt-4o-mini'],
  anthropic: ['claude-sonnet-4-5'],
  OpenRouter: ['meta-llama/llama-3.3-70b-instruct', 'mistralai/mistral-large'],
}

export const endpoints: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  openAI: { userProvide: false, order: 0 },
  agents: {
    order: 1,
    disableBuilder: false,
    capabilities: ['execute_code', 'file_search', 'web_search', 'artifacts', 'tools', 'chain', 'context', 'ocr'],
    allowedProviders: [],
  },
  anthropic: { userProvide: false, order: 3 },
  OpenRouter: {
    type: 'custom',
    userProvide: false,
    userProvideURL: false,
    modelDisplayLabel: 'OpenRouter',
    customParams: {},
    order: 9,
  },
}

export const demoAgent = {
  id: 'agent_V1StGXR8_Z5jdHi6B',
  name: 'Code Helper',
  description: 'Explains and writes code.',
} as const

export const isCustom = (endpoint: string): boolean => endpoints[endpoint]?.['type'] === 'custom'

/** The display name of who answers, as LibreChat computes it from the request. */
export function senderOf(endpoint: string, model: string | null): string {
  if (endpoint === 'agents') return demoAgent.name
  if (endpoint === 'anthropic') return 'Claude'
  if (isCustom(endpoint)) return String(endpoints[endpoint]?.['modelDisplayLabel'])
  return model !== null && model.startsWith('gpt-') ? model.replace(/^gpt-/, 'GPT-') : 'ChatGPT'
}
