import type { Settings } from '../options.ts'

/** `/api/config`: what everybody may see, and what is added for a user who is signed in (old versions: all to everybody). */
export function startupConfig(settings: Settings, origin: string, full: boolean): Record<string, unknown> {
  const open = {
    appTitle: 'LibreChat',
    emailLoginEnabled: true,
    registrationEnabled: settings.allowRegistration,
    socialLoginEnabled: false,
    socialLogins: [],
    discordLoginEnabled: false,
    facebookLoginEnabled: false,
    githubLoginEnabled: false,
    googleLoginEnabled: false,
    appleLoginEnabled: false,
    openidLoginEnabled: false,
    samlLoginEnabled: false,
    openidLabel: 'Continue with OpenID',
    openidAutoRedirect: false,
    serverDomain: origin,
    emailEnabled: false,
    passwordResetEnabled: false,
  }
  if (!full) return open
  return {
    ...open,
    interface: interfaceOf(settings),
    modelSpecs: { enforce: false, prioritize: true, list: [] },
    balance: { enabled: false },
    sharedLinksEnabled: true,
    ...(settings.style === 'resumable'
      ? {
          titleGenerationTiming: 'immediate',
          fileUploadSseEnabled: false,
          conversationImportMaxFileSize: 0,
          allowAccountDeletion: true,
        }
      : { instanceProjectId: '66b1f0c2a5d4e3f2a1b0c901', mcpServers: {} }),
  }
}

function interfaceOf({ terms }: Settings): Record<string, unknown> {
  const termsOfService =
    terms === null
      ? {}
      : { termsOfService: { modalAcceptance: true, modalTitle: 'Terms of service', modalContent: terms.text } }
  return {
    modelSelect: true,
    parameters: true,
    presets: true,
    multiConvo: true,
    bookmarks: true,
    memories: true,
    prompts: true,
    agents: true,
    temporaryChat: true,
    webSearch: true,
    fileSearch: true,
    runCode: true,
    fileCitations: true,
    ...termsOfService,
  }
}
